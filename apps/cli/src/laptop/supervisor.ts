/**
 * The process behind `mammoline up`: runs Postgres (Kafka, an object store) and the services, starts again what dies, and stops all on SIGTERM.
 * `node supervisor.ts WORK-DIRECTORY SETTINGS` (JSON). One lives in a work directory; another ends at once.
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { applyMigrations } from '@mammoline/catalogue/embedded';
import { bug, createTurns, describeError, Scope } from '@mammoline/kernel';
import { keepPart, type KeptPart } from './keep-part.ts';
import { keepService, type KeptService } from './keep-service.ts';
import { lineEnvironment, namedParts, partsOf, type Environment } from './parts.ts';
import { identifyProcess, signalProcess } from './process-identity.ts';
import { serviceNames } from './service-names.ts';
import { lineSettings, type LineSettings } from './settings.ts';
import type { LaptopState } from './state.ts';
import { stopOrphans } from './stop-laptop.ts';
import { takeLock } from './take-lock.ts';
import { workDirectory, type WorkDirectory } from './work-directory.ts';
import { writeJson } from './write-json.ts';

const serviceGraceMs = 20_000;

const say = (text: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
};

async function supervise(work: WorkDirectory, settings: LineSettings): Promise<void> {
  for (const directory of [work.root, work.logs, work.services, work.blobs, work.training]) mkdirSync(directory, { recursive: true });
  const release = takeLock(work.lock);
  if (release === undefined) {
    say('another supervisor has this directory');
    return;
  }
  const supervisor = identifyProcess(process.pid);
  if (supervisor === undefined) throw bug('this process could not be identified');
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, resolve);
  });
  // A service that starts computes for seconds; a dozen at once on two cores make each other wait for longer than a service waits for Postgres,
  // Kafka and the store, so that none would ever come up.
  const turns = createTurns(availableParallelism());
  const named = namedParts(process.env);
  const parts: KeptPart[] = [];
  const services: KeptService[] = [];
  const scope = new Scope();
  const environment = (): Environment =>
    lineEnvironment(
      work,
      named,
      parts.map((part) => part.running()),
    );
  let state: LaptopState = { phase: 'starting', settings, supervisor, parts: [], services: [] };
  const publish = (change: Partial<LaptopState> = {}): void => {
    state = { ...state, ...change, parts: parts.map((part) => part.state()), services: services.map((service) => service.state()) };
    if (state.phase === 'starting' && services.length > 0 && state.services.every(({ phase }) => phase === 'ready'))
      state = { ...state, phase: 'ready' };
    writeJson(work.state, state);
  };
  const onPartChange = ({ moved }: { readonly moved: boolean }): void => {
    publish(moved ? { environment: environment() } : {});
    if (moved) for (const { process: identity } of state.services) if (identity !== undefined) signalProcess(identity, 'SIGTERM');
  };
  try {
    const orphans = await stopOrphans(work);
    if (orphans > 0) say(`stopped ${String(orphans)} services that an earlier supervisor had left`);
    publish();
    await startParts();
    for (const name of await applyMigrations(environment()['MAMMOLINE_POSTGRES_URL'] ?? '')) say(`applied the migration ${name}`);
    for (const name of serviceNames) {
      const replicas = Array.from({ length: settings.replicas }, (_, at) =>
        keepService({
          name,
          replica: at + 1,
          work,
          turns,
          environment: () => serviceEnvironment(work, settings, environment()),
          onChange: publish,
        }),
      );
      services.push(...replicas);
      scope.add(name, replicas, async (kept) => {
        await Promise.all(kept.map((service) => service.stop(serviceGraceMs)));
      });
    }
    publish({ environment: environment() });
    say('started');
    await stopped;
    say('stopping');
    publish({ phase: 'stopping' });
    await scope.close();
    say('stopped');
  } catch (error) {
    say(describeError(error));
    await scope.close().catch((closing: unknown) => {
      say(describeError(closing));
    });
    publish({ phase: 'failed', error: describeError(error) });
    process.exitCode = 1;
  } finally {
    release();
  }

  /** All at once: each takes seconds. What has come up is stopped also where another did not. */
  async function startParts(): Promise<void> {
    scope.add('parts', parts, async (kept) => {
      await Promise.all(kept.map((part) => part.stop()));
    });
    const started = await Promise.allSettled(
      partsOf(work, settings, named).map(async (part) => {
        parts.push(await keepPart({ part, onChange: onPartChange, say }));
        publish();
      }),
    );
    for (const result of started) if (result.status === 'rejected') throw result.reason;
  }
}

function serviceEnvironment(work: WorkDirectory, { engine, deidentifyKey }: LineSettings, environment: Environment): Environment {
  return {
    ...environment,
    MAMMOLINE_GRPC_ADDRESS: '127.0.0.1:0',
    MAMMOLINE_HTTP_ADDRESS: '127.0.0.1:0',
    MAMMOLINE_LOG: 'json',
    MAMMOLINE_TENSORBOARD_DIR: work.training,
    ...(engine === undefined ? {} : { MAMMOLINE_ENGINE: engine }),
    ...(deidentifyKey === undefined ? {} : { MAMMOLINE_DEIDENTIFY_KEY_FILE: deidentifyKey }),
  };
}

const [, , directory, settings] = process.argv;
if (directory === undefined || settings === undefined) throw bug('usage: node supervisor.ts WORK-DIRECTORY SETTINGS');
await supervise(workDirectory(directory), lineSettings.parse(JSON.parse(settings)));
