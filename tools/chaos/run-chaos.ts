import { join } from 'node:path';
import { Scope } from '@mammoline/kernel';
import { startInfrastructure } from './infrastructure.ts';
import { openKafkaGroups } from './kafka-groups.ts';
import { provideTree } from './provide-tree.ts';
import { makeModel } from './publish-model.ts';
import type { ChaosOptions } from './read-options.ts';
import { isClean, type FaultResult } from './report.ts';
import { runFaults } from './run-faults.ts';
import { runUndisturbed, type Stand } from './run-round.ts';
import { mammolineIn } from './services.ts';
import { mountSmallDisk } from './small-disk.ts';
import { storedInFolder, storedInS3, type StoredFiles } from './store.ts';

type Say = (text: string) => void;

/**
 * Runs the faults on one cluster: first all that go with S3, then those that want a small disk. Everything that it starts is its own, and is
 * stopped at the end.
 */
export async function runChaos(options: ChaosOptions, signal: AbortSignal, say: Say): Promise<readonly FaultResult[]> {
  const { faults, seed, replicas, brokers } = options;
  say(`seed ${String(seed)}`);
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
    const [onS3, onSmallDisk] = [faults.filter((fault) => fault.smallDisk !== true), faults.filter((fault) => fault.smallDisk === true)];
    const all = await untilAborted(
      signal,
      (async (): Promise<readonly FaultResult[]> => {
        const { undisturbed, limits, results } = await withStand('S3', storedInS3(infrastructure.blobsUrl), {}, async (stand) => {
          const before = Date.now();
          const found = await runUndisturbed(stand);
          say(`undisturbed: ${String(found.taken)} events taken in ${((Date.now() - before) / 1000).toFixed(1)} s`);
          const within = { seed, deadlineMs: Date.now() + options.minutes * 60_000, signal };
          return { undisturbed: found, limits: within, results: await runFaults(stand, onS3, found, within) };
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
        return [
          ...results,
          ...(await withStand('a small disk', files, change, (stand) => runFaults(stand, onSmallDisk, undisturbed, limits))),
        ];
      })(),
    );
    isAllWell = all.every(isClean);
    return all;
  } finally {
    await scope.close();
  }
}

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
