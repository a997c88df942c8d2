import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sleep } from '@mammoline/kernel';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { withLaptop } from '../clients/open-laptop.ts';
import { readState } from '../laptop/state.ts';
import { workDirectory } from '../laptop/work-directory.ts';
import type { FilePrediction } from '../pipeline/predict-files.ts';
import { run } from '../run.ts';
import { makeGrey, mammogramFolders, onlyFileIn } from './grey-mammogram.fixture.ts';
import { mammoline, mammolineOk, temporaryDirectory } from './run-mammoline.fixture.ts';
import { smallTree } from './small-tree.fixture.ts';

const directory = temporaryDirectory();
const at = (...names: string[]): string => join(directory.path, ...names);
const work = workDirectory(at('work'));
const inWork = ['--work', work.root];
const main = join(import.meta.dirname, '../main.ts');
const started: ChildProcess[] = [];
const counts = () => withLaptop(work, new AbortController().signal, ({ catalogue }) => catalogue.counts());
let later: string;
let views: number;

/** A tree of which one mammogram has one grey value, and one view comes later. */
beforeAll(async () => {
  views = (await smallTree(at('tree'))).views;
  const folders = mammogramFolders(at('tree'));
  const [grey = '', moved = ''] = [folders[0], folders.at(-1)];
  later = at('later', basename(moved));
  cpSync(moved, later, { recursive: true });
  rmSync(moved, { recursive: true });
  makeGrey(onlyFileIn(grey));
  // Slow, but everywhere; and whether the choice reaches the trainer's child and the predictor can be seen.
  vi.stubEnv('MAMMOLINE_BACKEND', 'wasm');
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await mammoline('down', ...inWork);
  vi.unstubAllEnvs();
  directory.remove();
});

it('refuses a folder that is not there before anything is started', async () => {
  const { code, stderr } = await mammoline('run', '--input', at('nowhere'), '--output', at('report'), ...inWork);
  expect(code).toBe(1);
  expect(stderr).toMatch(/nowhere: found no directory/);
  const tables = await mammoline('run', '--input', at('tree'), '--csv', at('nowhere'), '--output', at('report'), ...inWork);
  expect(tables.stderr).toMatch(/--csv .*nowhere: found no \.csv file/);
  expect(existsSync(work.root)).toBe(false);
  expect(await mammolineOk('down', ...inWork)).toMatch(/nothing was running/);
});

it.each([
  ['train', '--image-size', '65'],
  ['train', '--test-fraction', '2'],
  ['train', '--recipe', 'resnet'],
  ['evaluate', '--model', 'newest'],
  ['dead-letters', 'replay', 'all'],
  ['up', 'twice'],
  ['run', '--output', 'report'],
])('tells wrong usage: %s %s %s', async (...args) => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await run(['node', 'mammoline', ...args, ...inWork])).toBe(2);
  expect(said.mock.calls.join('')).toMatch(/^error: .*\n\(add --help/);
  said.mockRestore();
});

it('makes a dead letter of a mammogram of one grey value, names the file, and goes on with the rest', async () => {
  await mammolineOk('up', ...inWork);
  await mammolineOk('import', at('tree'), '--copy', ...inWork);
  expect(await counts()).toMatchObject({ full: views - 1, preparedViews: views - 2 });
  const letter = /^(\S+) +preprocessor +P_\d+_\S+ +invalid +1 +Mass-Training_P_\S+, .*1-1\.dcm: found one grey value \(1234\)/m;
  const before = await mammolineOk('dead-letters', ...inWork);
  expect(before).toMatch(letter);
  expect(await mammolineOk('status', ...inWork)).toMatch(/dead letters {2}[12] /);

  const id = letter.exec(before)?.[1] ?? '';
  expect(await mammolineOk('dead-letters', 'replay', id, ...inWork)).toMatch(/1 dead letters? /);
  const after = (await mammolineOk('dead-letters', ...inWork)).split('\n');
  expect(after.filter((line) => line.startsWith(id)).join()).toMatch(/ invalid +2 /);
  expect(after).toHaveLength(before.split('\n').length);
  const unknown = await mammoline('dead-letters', 'replay', '00000000-0000-4000-8000-000000000000', ...inWork);
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('no dead letter 00000000') as string });
});

it('draws the preparation of a case with its masks, and knows a case that is none', async () => {
  const name =
    mammogramFolders(at('tree'))
      .map((folder) => basename(folder))
      .at(1) ?? expect.unreachable('no mammogram');
  expect(await mammolineOk('look', name, '--output', at('case.png'), ...inWork)).toMatch(/^11 pictures of /);
  const { code, stderr } = await mammoline('look', 'Calc-Test_P_99999_LEFT_CC', '--output', at('none.png'), ...inWork);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('P_99999_LEFT_CC: the catalogue has no such case') as string,
  });
});

it('watches a folder: takes what comes later, also a file that was not whole at first, and ends with Ctrl-C', async () => {
  mkdirSync(at('watched'));
  const watching = mammolineProcess('import', at('watched'), '--csv', at('tree/csv'), '--watch', ...inWork);
  const ended = new Promise<number | null>((resolve) => watching.once('exit', resolve));
  await until(() => watchOutput(watching).includes('watching'), 'the watch has begun');
  const whole = onlyFileIn(later);
  cpSync(whole, at('watched/mammogram'));
  truncateSync(at('watched/mammogram'), 5_000);
  await until(() => watchOutput(watching).includes('1 rejected'), 'the piece of a file is rejected');
  cpSync(whole, at('watched/mammogram'));
  await until(async () => (await counts()).full === views, 'the whole file is catalogued');
  watching.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(watchOutput(watching)).toMatch(/interrupted\n$/);
});

it('needs the source no more after --copy: trains with WebAssembly, exports and predicts', async () => {
  rmSync(at('tree'), { recursive: true });
  expect(await mammolineOk('models', ...inWork)).toMatch(/no models yet/);
  await mammolineOk('train', '--image-size', '32', '--epochs', '1', '--split', 'patient', ...inWork);
  expect(await mammolineOk('models', ...inWork)).toMatch(/unet-compact +all +32 /);
  await withLaptop(work, new AbortController().signal, async ({ catalogue }) => {
    const { rows } = await catalogue.listModels({ pageSize: 10, pageToken: undefined });
    expect(rows.map(({ backend }) => backend)).toEqual(['wasm']);
  });
  rmSync(at('later'), { recursive: true });
  expect((await mammoline('export-tree', '--output', at('gone'), ...inWork)).code).toBe(0);
  const exported = at('gone/CBIS-DDSM/Mass/Train');
  const full = readdirSync(exported).filter((name) => name.endsWith('_FULL.dcm'));

  writeFileSync(at('notes.dcm'), 'not DICOM\n');
  const files = [at('notes.dcm'), join(exported, full[1] ?? ''), at('nowhere.dcm'), join(exported, full[2] ?? '')];
  const { code, stderr } = await mammoline('predict', ...files, '--output', at('predicted'), ...inWork);
  expect(code).toBe(1);
  expect(stderr).toMatch(/notes\.dcm: the file is not-dicom/);
  expect(stderr).toMatch(/nowhere\.dcm: it could not be read/);
  expect(stderr).toMatch(/2 of 4 files could not be predicted\n$/);
  const predictions = JSON.parse(readFileSync(at('predicted/predictions.json'), 'utf8')) as FilePrediction[];
  expect(predictions.map(({ file }) => file)).toEqual([files[1], files[3]]);
  for (const { rows, columns, areaPx, runLengths } of predictions) {
    expect(runLengths.size).toEqual([rows, columns]);
    expect(runLengths.counts.reduce((sum, count, at) => sum + (at % 2 === 1 ? count : 0), 0)).toBe(areaPx);
  }
  expect(readFileSync(join(work.logs, 'predictor.log'), 'utf8')).toContain('"backend":"wasm"');
});

it('still ends a run with a report where the trainer is killed while it trains', async () => {
  const options = ['--image-size', '32', '--epochs', '12', '--split', 'patient'];
  const running = mammolineProcess('run', '--input', at('watched'), '--output', at('report'), ...options, ...inWork);
  const ended = new Promise<number | null>((resolve) => running.once('exit', resolve));
  // Progress is told every few seconds: which epoch it then is depends on the machine.
  await until(() => /epoch \d+ of 12/.test(watchOutput(running)), 'it trains');
  const trainer = readState(work.state)?.services.find(({ name }) => name === 'trainer')?.process;
  if (trainer === undefined) throw new Error('no trainer runs');
  process.kill(trainer.pid, 'SIGKILL');
  expect(await ended).toBe(0);
  expect(readFileSync(at('report/report.html'), 'utf8')).toContain('</html>');
  expect(await mammolineOk('status', ...inWork)).toMatch(/trainer +ready .* 1 +signal SIGKILL/);
});

const outputs = new WeakMap<ChildProcess, string[]>();
const watchOutput = (child: ChildProcess): string => outputs.get(child)?.join('') ?? '';

function mammolineProcess(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  outputs.set(child, texts);
  started.push(child);
  return child;
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadlineMs = Date.now() + 180_000; Date.now() < deadlineMs;) {
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error(`not after three minutes: ${what}`);
}
