import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '@mammoline/kernel';
import {
  differencesOf,
  findDamagedBlobs,
  findInconsistencies,
  readPipelineContent,
  readSubscriptions,
  type PipelineContent,
  type Subscription,
} from '@mammoline/testing/pipeline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withLaptop } from '../clients/open-laptop.ts';
import { identifyProcess, isAlive } from '../laptop/process-identity.ts';
import { serviceNames } from '../laptop/service-names.ts';
import { runningState } from '../laptop/start-laptop.ts';
import { readState, type ServiceState } from '../laptop/state.ts';
import { endsWithin } from '../laptop/stop-process.ts';
import { workDirectory, type WorkDirectory } from '../laptop/work-directory.ts';
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
let undisturbed: PipelineContent;
let subscriptions: readonly Subscription[];

beforeAll(async () => {
  const { directory: treeDirectory, files } = await smallTree(join(directory.path, 'tree'));
  tree = treeDirectory;
  await mammolineOk('up', '--work', calm.root);
  await mammolineOk('import', tree, '--work', calm.root);
  undisturbed = await readPipelineContent(urlOf(calm));
  subscriptions = await readSubscriptions(urlOf(calm));
  expect(Object.keys(undisturbed['SourceFile'] ?? {})).toHaveLength(files);
  expect(undisturbed['DeadLetter']).toEqual({});
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
  expect(differencesOf(undisturbed, await readPipelineContent(urlOf(disturbed)))).toEqual([]);
  expect(await findInconsistencies(urlOf(disturbed), { subscriptions })).toEqual([]);
  await withLaptop(disturbed, signal, async ({ blobs }) => {
    expect(await findDamagedBlobs(urlOf(disturbed), blobs)).toEqual([]);
  });
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

const urlOf = (work: WorkDirectory): string => readState(work.state)?.environment?.['MAMMOLINE_POSTGRES_URL'] ?? '';

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
