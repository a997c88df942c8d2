import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sha256Of, sleep } from '@mammoline/kernel';
import { startTestObjectStore, whyNoKafka } from '@mammoline/testing';
import {
  differencesOf,
  findDamagedBlobs,
  findInconsistencies,
  readPipelineContent,
  readSubscriptions,
  type PipelineContent,
  type Subscription,
} from '@mammoline/testing/pipeline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withLaptop } from '../clients/open-laptop.ts';
import { isAlive, type ProcessIdentity } from '../laptop/process-identity.ts';
import { runningState } from '../laptop/start-laptop.ts';
import { readState, type LaptopState } from '../laptop/state.ts';
import { workDirectory, type WorkDirectory } from '../laptop/work-directory.ts';
import { makeGrey, mammogramFolders, onlyFileIn } from './grey-mammogram.fixture.ts';
import { mammoline, mammolineOk, temporaryDirectory } from './run-mammoline.fixture.ts';
import { smallTree } from './small-tree.fixture.ts';

const directory = temporaryDirectory();
const at = (...names: string[]): string => join(directory.path, ...names);
const laptop = workDirectory(at('laptop'));
const cluster = workDirectory(at('cluster'));
const signal = new AbortController().signal;
/** A dozen services, Kafka, a store and training in WebAssembly on two cores, which may have other work too. */
const limitMs = 1_800_000;
const training = ['--image-size', '32', '--epochs', '1', '--split', 'patient', '--seed', '3'];

/** What a whole line leads to. */
interface Results {
  readonly content: PipelineContent;
  readonly subscriptions: readonly Subscription[];
  readonly exported: Readonly<Record<string, string>>;
  readonly predicted: Readonly<Record<string, string>>;
}

const why = whyNoKafka() ?? (await whyNoObjectStore());

describe.skipIf(why !== undefined)(`a cluster on one machine${why === undefined ? '' : `: ${why}`}`, { timeout: limitMs }, () => {
  let onLaptop: Results;
  let onCluster: Results;

  beforeAll(async () => {
    const tree = await smallTree(at('tree'));
    const [folder = ''] = mammogramFolders(tree.directory);
    makeGrey(onlyFileIn(folder));
    // The same sums in the same order everywhere: weights that can be compared bit by bit.
    vi.stubEnv('MAMMOLINE_BACKEND', 'wasm');
    await mammolineOk('up', '--work', laptop.root);
    onLaptop = await wholeLine(laptop);
    await mammolineOk('down', '--work', laptop.root);
  }, limitMs);
  afterAll(async () => {
    for (const { root } of [laptop, cluster]) await mammoline('down', '--work', root);
    vi.unstubAllEnvs();
    directory.remove();
  });

  it('comes up with two processes of each service over Kafka and S3, and does the whole line', async () => {
    await mammolineOk('up', '--cluster', '--replicas', '2', '--work', cluster.root);
    const state = stateOf(cluster);
    expect(state.services.map(({ name, replica }) => `${name} ${String(replica)}`)).toHaveLength(12);
    expect(state.services.every(({ phase }) => phase === 'ready')).toBe(true);
    expect(state.parts.map(({ name }) => name).sort()).toEqual(['kafka-1', 'object-store', 'postgres']);
    expect(state.environment).toMatchObject({ MAMMOLINE_TRANSPORT: 'kafka', MAMMOLINE_BLOBS_URL: expect.stringMatching(/^s3:/) as string });
    onCluster = await wholeLine(cluster);
    expect(readdirSync(cluster.blobs)).toEqual([]);
    const status = await mammolineOk('status', '--work', cluster.root);
    expect(status).toMatch(/restructurer-2 +ready/);
    expect(status).toMatch(/^Kafka +127\.0\.0\.1:\d+ \(pid \d+/m);
    expect(status).not.toContain(new URL(state.environment?.['MAMMOLINE_POSTGRES_URL'] ?? '').password);
  });

  it('ends with the rows, artefacts, files and masks of a laptop, byte for byte', async () => {
    expect(Object.keys(onLaptop.content['Prediction'] ?? {}).length).toBeGreaterThan(0);
    expect(Object.keys(onLaptop.content['DeadLetter'] ?? {}).length).toBeGreaterThan(0);
    expect(differencesOf(onLaptop.content, onCluster.content)).toEqual([]);
    expect(onCluster.exported).toEqual(onLaptop.exported);
    expect(onCluster.predicted).toEqual(onLaptop.predicted);
    expect(onCluster.subscriptions).toEqual(onLaptop.subscriptions);
    await withLaptop(cluster, signal, async ({ blobs }) => {
      expect(await findDamagedBlobs(urlOf(cluster), blobs)).toEqual([]);
    });
    const found = await findInconsistencies(urlOf(cluster), { subscriptions: onLaptop.subscriptions });
    expect(found.filter(({ kind }) => kind !== 'dead')).toEqual([]);
  });

  it('replays dead letters over Kafka', async () => {
    const before = await mammolineOk('dead-letters', '--work', cluster.root);
    expect(before).toMatch(/ invalid +1 .*found one grey value/);
    expect(await mammolineOk('dead-letters', 'replay', '--work', cluster.root)).toMatch(/^2 dead letters were replayed/);
    const after = await mammolineOk('dead-letters', '--work', cluster.root);
    expect(after).toMatch(/ invalid +2 .*found one grey value/);
    expect(after.split('\n')).toHaveLength(before.split('\n').length);
  });

  it('is not exchanged for another by the way', async () => {
    expect(await mammolineOk('up', '--work', cluster.root)).toMatch(/already up/);
    const more = await mammoline('up', '--replicas', '3', '--work', cluster.root);
    expect(more).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/runs as a cluster .*, 2 processes a service.*mammoline down/) as string,
    });
    const other = await mammoline('up', '--cluster', '--work', laptop.root);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/a cluster needs a directory of its own/) as string });
  });

  it('starts again what is killed of Kafka and the store, and goes on with its data', async () => {
    const before = stateOf(cluster);
    for (const { process: part } of before.parts) process.kill(part?.pid ?? 0, 'SIGKILL');
    await until(
      () => stateOf(cluster).parts.every(({ restarts, process: part }) => restarts === 1 && part !== undefined),
      'all parts are back',
    );
    const exported = await exportTree(cluster, 'exported-again');
    expect(exported).toEqual(onCluster.exported);
    expect(await mammolineOk('import', at('tree'), '--copy', '--work', cluster.root)).toMatch(/known from before/);
  });

  it('leaves nothing behind: down after a kill of the supervisor, and Ctrl-C during a run, which remembers that it is a cluster', async () => {
    const killed = stateOf(cluster);
    process.kill(killed.supervisor.pid, 'SIGKILL');
    await mammolineOk('down', '--work', cluster.root);
    expect(processesOf(killed).filter(isAlive)).toEqual([]);

    const main = join(import.meta.dirname, '../main.ts');
    const running = spawn(process.execPath, [main, 'run', '--input', at('tree'), '--output', at('report'), '--work', cluster.root], {
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((resolve) => running.once('exit', resolve));
    await until(() => runningState(cluster)?.phase === 'ready', 'the cluster runs');
    const interrupted = stateOf(cluster);
    expect(interrupted.settings).toEqual({ cluster: true, replicas: 2, brokers: 1 });
    running.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(processesOf(interrupted).filter(isAlive)).toEqual([]);
    expect((await mammoline('status', '--work', cluster.root)).code).toBe(3);
  });
});

async function whyNoObjectStore(): Promise<string | undefined> {
  const store = await startTestObjectStore();
  await store?.stop();
  return store === undefined ? "skipped, since SeaweedFS can't be had" : undefined;
}

/** Imports, trains, predicts the test views and one file, exports. */
async function wholeLine(work: WorkDirectory): Promise<Results> {
  const inWork = ['--work', work.root];
  await mammolineOk('import', at('tree'), '--copy', ...inWork);
  await mammolineOk('run', '--input', at('tree'), '--output', at('report'), ...training, ...inWork);
  const exported = await exportTree(work, 'exported');
  const [, file = ''] = mammogramFolders(at('tree'));
  const output = join(work.root, 'predicted');
  await mammolineOk('predict', onlyFileIn(file), '--output', output, ...inWork);
  const { predictions, ...predicted } = filesOf(output, 'predictions.json');
  expect(predictions).toBeDefined();
  return { content: await readPipelineContent(urlOf(work)), subscriptions: await readSubscriptions(urlOf(work)), exported, predicted };
}

async function exportTree(work: WorkDirectory, name: string): Promise<Readonly<Record<string, string>>> {
  expect(await mammolineOk('export-tree', '--mode', 'copy', '--output', join(work.root, name), '--work', work.root)).toMatch(
    /nothing is missing/,
  );
  return filesOf(join(work.root, name));
}

/** Hashes by path; of predictions.json the model's id is a run's own, so it is not read. */
function filesOf(folder: string, without?: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return file.name === without ? ['predictions', 'there'] : [relative(folder, path), sha256Of(readFileSync(path))];
    }),
  );
}

function stateOf(work: WorkDirectory): LaptopState {
  const state = readState(work.state);
  if (state === undefined) throw new Error(`nothing has run in ${work.root}`);
  return state;
}

const urlOf = (work: WorkDirectory): string => stateOf(work).environment?.['MAMMOLINE_POSTGRES_URL'] ?? '';

function processesOf({ supervisor, parts, services }: LaptopState): readonly ProcessIdentity[] {
  return [supervisor, ...[...parts, ...services].flatMap(({ process: identity }) => identity ?? [])];
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const deadlineMs = Date.now() + 300_000; Date.now() < deadlineMs;) {
    if (condition()) return;
    await sleep(200);
  }
  throw new Error(`not after five minutes: ${what}`);
}
