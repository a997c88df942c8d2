import { join } from 'node:path';
import { describeError, Scope } from '@mammoline/kernel';
import { createRandom } from '@mammoline/testing/random';
import type { Fault } from './fault.ts';
import { startInfrastructure } from './infrastructure.ts';
import { openKafkaGroups } from './kafka-groups.ts';
import { provideTree } from './provide-tree.ts';
import { makeModel } from './publish-model.ts';
import type { ChaosOptions } from './read-options.ts';
import { isClean, type FaultResult } from './report.ts';
import { runRound, runUndisturbed, type Round, type Stand, type Undisturbed } from './run-round.ts';
import { mammolineIn } from './services.ts';
import { mountSmallDisk } from './small-disk.ts';
import { storedInFolder, storedInS3, type StoredFiles } from './store.ts';

type Say = (text: string) => void;

/**
 * Runs the faults one after the other on one cluster, in as many rounds as each wants and the time allows. Everything that it starts
 * is its own, and is stopped at the end.
 */
export async function runChaos(options: ChaosOptions, signal: AbortSignal, say: Say): Promise<readonly FaultResult[]> {
  const { faults, seed, replicas, brokers } = options;
  say(`seed ${String(seed)}`);
  const deadlineMs = Date.now() + options.minutes * 60_000;
  const scope = new Scope();
  let isAllWell = false;
  try {
    const infrastructure = scope.add('infrastructure', await startInfrastructure(brokers), async (it) => {
      if (!isAllWell) {
        say(`the logs of the services are left in ${it.directory}`);
        it.keepLogs();
      }
      await it.close();
    });
    say(`Kafka (${String(brokers)} brokers), Postgres and the store run in ${infrastructure.directory}`);
    for (const [name, value] of Object.entries(infrastructure.store.environment)) process.env[name] = value;
    const shared = {
      infrastructure,
      groups: scope.add('Kafka groups', await openKafkaGroups(infrastructure.environment['MAMMOLINE_KAFKA_BROKERS'] ?? ''), (it) =>
        it.close(),
      ),
      model: await makeModel(),
      tree: await provideTree(infrastructure.directory, options.isSmall),
      say,
    };
    /** Services on a store, for a while. */
    const withStand = async <T>(
      name: string,
      files: StoredFiles,
      change: Readonly<Record<string, string>>,
      use: (stand: Stand) => Promise<T>,
    ): Promise<T> => {
      const services = mammolineIn(join(infrastructure.directory, name.replaceAll(' ', '-')), replicas, {
        ...infrastructure.environment,
        ...change,
      });
      // Also where this is interrupted while they start.
      const stop = scope.add(`services on ${name}`, services.stop, (it) => it());
      await services.start();
      say(`${String(services.ready().length)} services run on ${name}`);
      const result = await use({ ...shared, services, files });
      await stop();
      return result;
    };
    const runAll = async (stand: Stand, chosen: readonly Fault[], undisturbed: Undisturbed): Promise<readonly FaultResult[]> => {
      const results: FaultResult[] = [];
      for (const fault of chosen) {
        const isLate = results.length > 0 && Date.now() > deadlineMs;
        results.push(
          isLate
            ? { fault, rounds: [], skipped: `not run: ${String(options.minutes)} minutes were over` }
            : await runFault(stand, fault, undisturbed, { seed, brokers, deadlineMs, signal }),
        );
      }
      return results;
    };

    const [onS3, onSmallDisk] = [faults.filter((fault) => fault.smallDisk !== true), faults.filter((fault) => fault.smallDisk === true)];
    const all = await untilAborted(
      signal,
      (async (): Promise<readonly FaultResult[]> => {
        const { undisturbed, results } = await withStand('S3', storedInS3(infrastructure.blobsUrl), {}, async (stand) => {
          const before = Date.now();
          const found = await runUndisturbed(stand);
          say(`undisturbed: ${String(found.taken)} events taken in ${seconds(Date.now() - before)}`);
          return { undisturbed: found, results: await runAll(stand, onS3, found) };
        });
        if (onSmallDisk.length === 0) return results;
        const disk = await mountSmallDisk(infrastructure.directory);
        if (disk === undefined)
          return [
            ...results,
            ...onSmallDisk.map((fault) => ({ fault, rounds: [], skipped: 'not run: this user may not mount a small disk' })),
          ];
        scope.add('small disk', disk, (it) => it.unmount());
        const files = storedInFolder(join(disk.path, 'blobs'));
        await files.empty();
        const change = { MAMMOLINE_BLOBS_URL: files.url };
        return [...results, ...(await withStand('a small disk', files, change, (stand) => runAll(stand, onSmallDisk, undisturbed)))];
      })(),
    );
    isAllWell = all.every(isClean);
    return all;
  } finally {
    await scope.close();
  }
}

interface Limits {
  readonly seed: number;
  readonly brokers: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

async function runFault(
  stand: Stand,
  fault: Fault,
  undisturbed: Undisturbed,
  { seed, brokers, deadlineMs, signal }: Limits,
): Promise<FaultResult> {
  const wanted = fault.brokers ?? 1;
  if (brokers < wanted) return { fault, rounds: [], skipped: `not run: it needs ${String(wanted)} brokers` };
  const rounds: Round[] = [];
  let times = 0;
  while (times < fault.times && (rounds.length === 0 || Date.now() < deadlineMs)) {
    signal.throwIfAborted();
    const random = createRandom('chaos', seed, fault.name, rounds.length);
    stand.say(`${fault.name}: run ${String(rounds.length + 1)}`);
    const round = await runRound(stand, fault, Math.min(fault.timesARound, fault.times - times), undisturbed, random).catch(
      (error: unknown): Round => ({
        times: 0,
        goesOnAfterMs: [],
        wholeAfterMs: Number.NaN,
        durationMs: 0,
        findings: [{ kind: 'unfinished', text: `the run came to no end: ${describeError(error)}` }],
      }),
    );
    rounds.push(round);
    times += round.times;
    stand.say(
      `${fault.name}: ${String(round.times)} times, ${seconds(round.durationMs)}, ${round.findings.length === 0 ? 'as undisturbed' : `${String(round.findings.length)} findings`}`,
    );
    for (const { kind, text } of round.findings.slice(0, 20)) stand.say(`  ${kind}: ${text}`);
    // A line that is stuck would fail all that follows.
    if (round.times === 0) break;
  }
  return { fault, rounds };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => {
    aborted.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
