import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '@mammoline/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withLaptop } from '../clients/open-laptop.ts';
import { exportedPath } from '../export/exported-path.ts';
import { identifyProcess, isAlive } from '../laptop/process-identity.ts';
import { serviceNames } from '../laptop/service-names.ts';
import { runningState } from '../laptop/start-laptop.ts';
import { readState, type ServiceState } from '../laptop/state.ts';
import { endsWithin } from '../laptop/stop-process.ts';
import { workDirectory, type WorkDirectory } from '../laptop/work-directory.ts';
import { allPages, readAllPages } from '../pipeline/all-pages.ts';
import { pipelineDepth } from '../pipeline/wait-until-quiet.ts';
import { mammoline, mammolineOk, temporaryDirectory } from './run-mammoline.fixture.ts';
import { smallTree } from './small-tree.fixture.ts';

const directory = temporaryDirectory();
const calm = workDirectory(join(directory.path, 'calm'));
const disturbed = workDirectory(join(directory.path, 'disturbed'));
const signal = new AbortController().signal;
const main = join(import.meta.dirname, '../main.ts');
const stateOf = (name: string): ServiceState | undefined => readState(disturbed.state)?.services.find((service) => service.name === name);
let tree: string;
let undisturbed: unknown;

beforeAll(async () => {
  const { directory: treeDirectory, files } = await smallTree(join(directory.path, 'tree'));
  tree = treeDirectory;
  await mammolineOk('up', '--work', calm.root);
  await mammolineOk('import', tree, '--work', calm.root);
  undisturbed = await contentOf(calm);
  expect(undisturbed).toMatchObject({ totals: { found: files }, deadLetters: 0 });
  await mammolineOk('down', '--work', calm.root);
});
afterAll(async () => {
  for (const { root } of [calm, disturbed]) await mammoline('down', '--work', root);
  directory.remove();
});

it('ends like an undisturbed import after SIGKILL of the command, each service, Postgres and the supervisor', async () => {
  await mammolineOk('up', '--work', disturbed.root);
  const importing = spawn(process.execPath, [main, 'import', tree, '--work', disturbed.root], {
    stdio: 'ignore',
  });
  await until(async () => (await imagesIn(disturbed)) > 3, 'the import has begun');
  importing.kill('SIGKILL');
  const depths: number[] = [];
  for (const name of serviceNames) {
    // The ingestor stops when its client goes: another one keeps files coming.
    const again = spawn(process.execPath, [main, 'import', tree, '--no-wait', '--work', disturbed.root], { stdio: 'ignore' });
    await sleep(500);
    await until(async () => stateOf(name)?.process !== undefined, `${name} runs`);
    const service = stateOf(name);
    if (service?.process === undefined) throw new Error(`${name} does not run`);
    depths.push((await withLaptop(disturbed, signal, pipelineDepth)).total);
    process.kill(service.process.pid, 'SIGKILL');
    await until(async () => (stateOf(name)?.restarts ?? 0) > service.restarts, `${name} is started again`);
    again.kill('SIGKILL');
  }
  expect(depths.slice(0, 4).every((depth) => depth > 0)).toBe(true);

  const postmaster = Number(readFileSync(join(disturbed.postgres, 'cluster/data/postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(postmaster, 'SIGKILL');
  await until(async () => (await mammoline('status', '--work', disturbed.root)).code === 0, 'Postgres is back');

  const before = readState(disturbed.state);
  if (before === undefined) throw new Error('the supervisor wrote no state');
  process.kill(before.supervisor.pid, 'SIGKILL');
  expect(await endsWithin(before.supervisor, 5_000)).toBe(true);
  expect((await mammoline('status', '--work', disturbed.root)).code).toBe(3);

  // Two at once: one of them starts the line, the other waits for it.
  await Promise.all([mammolineOk('up', '--work', disturbed.root), mammolineOk('up', '--work', disturbed.root)]);
  for (const { process: orphan } of before.services) expect(orphan === undefined || !isAlive(orphan)).toBe(true);
  await mammolineOk('import', tree, '--work', disturbed.root);
  expect(await contentOf(disturbed)).toEqual(undisturbed);
});

it('stops what a killed supervisor left behind, and nothing else', async () => {
  const state = readState(disturbed.state);
  if (state === undefined) throw new Error('the supervisor wrote no state');
  process.kill(state.supervisor.pid, 'SIGKILL');
  const postmaster = Number(readFileSync(join(disturbed.postgres, 'cluster/data/postmaster.pid'), 'utf8').split('\n')[0]);
  await mammolineOk('down', '--work', disturbed.root);
  expect(identifyProcess(postmaster)).toBeUndefined();
  for (const { process: service } of state.services) expect(service === undefined || !isAlive(service)).toBe(true);
});

it('stops what it has started when Ctrl-C interrupts a run', async () => {
  const output = join(directory.path, 'interrupted');
  const running = spawn(process.execPath, [main, 'run', '--input', tree, '--output', output, '--work', calm.root], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => running.once('exit', resolve));
  await until(async () => runningState(calm)?.phase === 'ready', 'the services run');
  running.kill('SIGINT');
  expect(await ended).toBe(130);
  expect((await mammoline('status', '--work', calm.root)).code).toBe(3);
});

/** All that an import leads to, without what may differ from run to run: ids, times, counts of revisions. */
async function contentOf(work: WorkDirectory): Promise<unknown> {
  return withLaptop(work, signal, async ({ catalogue }) => {
    const images = (await readAllPages((page) => catalogue.listImages(page))).map((image) => [
      exportedPath(image),
      image.blob.sha256,
      image.sourcePath,
      image.evidence,
    ]);
    const views: unknown[] = [];
    for await (const view of allPages((page) => catalogue.listViews({}, page))) {
      views.push({
        view: view.ref,
        density: view.breastDensity,
        abnormalities: view.abnormalities,
        merged: view.mergedMasks.map((mask) => [
          mask.abnormalityKind,
          mask.blob.sha256,
          mask.inputsHash,
          mask.maskCount,
          mask.refusedCount,
          mask.areaPx,
        ]),
        prepared: view.preparedViews.map((one) => [
          one.abnormalityKind,
          one.officialSplit,
          one.image.sha256,
          one.mask?.sha256,
          one.inputsHash,
          one.recipeHash,
          one.geometry,
        ]),
      });
    }
    const repairs = (await readAllPages((page) => catalogue.listRepairs(undefined, page))).map(({ kind, subject, was, now }) =>
      [kind, subject, was, now].join(' | '),
    );
    return {
      totals: await catalogue.importTotals(),
      counts: await catalogue.counts(),
      missing: await readAllPages((page) => catalogue.rowsWithoutFiles(page)),
      images: images.sort(),
      views,
      repairs: repairs.sort(),
      deadLetters: (await readAllPages((page) => catalogue.deadLetters(page))).length,
    };
  });
}

async function imagesIn(work: WorkDirectory): Promise<number> {
  return withLaptop(work, signal, async ({ catalogue }) => {
    const { full, crop, mask } = await catalogue.counts();
    return full + crop + mask;
  });
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadlineMs = Date.now() + 60_000; Date.now() < deadlineMs;) {
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error(`not after a minute: ${what}`);
}
