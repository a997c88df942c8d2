/**
 * The process behind `mammoline up`: runs Postgres and the six services, starts again what dies, and stops all on SIGTERM.
 * `node supervisor.ts WORK-DIRECTORY`. One lives in a work directory; another ends at once.
 */
import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { applyMigrations } from '@mammoline/catalogue/embedded';
import { bug, describeError, Scope } from '@mammoline/kernel';
import { keepPostgres } from './keep-postgres.ts';
import { keepService, type KeptService } from './keep-service.ts';
import { identifyProcess, signalProcess } from './process-identity.ts';
import { serviceNames } from './service-names.ts';
import type { LaptopState } from './state.ts';
import { stopOrphans } from './stop-laptop.ts';
import { takeLock } from './take-lock.ts';
import { workDirectory, type WorkDirectory } from './work-directory.ts';
import { writeJson } from './write-json.ts';

const serviceGraceMs = 20_000;

const say = (text: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
};

async function supervise(work: WorkDirectory): Promise<void> {
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
  const services: KeptService[] = [];
  const scope = new Scope();
  let state: LaptopState = { phase: 'starting', supervisor, services: [] };
  const publish = (change: Partial<LaptopState> = {}): void => {
    state = { ...state, ...change, services: services.map((service) => service.state()) };
    if (state.phase === 'starting' && services.length > 0 && state.services.every(({ phase }) => phase === 'ready'))
      state = { ...state, phase: 'ready' };
    writeJson(work.state, state);
  };
  try {
    const orphans = await stopOrphans(work);
    if (orphans > 0) say(`stopped ${String(orphans)} services that an earlier supervisor had left`);
    publish();
    const postgres = await keepPostgres({
      directory: work.postgres,
      say,
      onMoved: (postgresUrl) => {
        publish({ postgresUrl });
        for (const { process: identity } of state.services) if (identity !== undefined) signalProcess(identity, 'SIGTERM');
      },
    });
    scope.add('Postgres', postgres, (kept) => kept.stop());
    for (const name of await applyMigrations(postgres.url())) say(`applied the migration ${name}`);
    for (const name of serviceNames) {
      const service = keepService({ name, work, environment: () => serviceEnvironment(work, postgres.url()), onChange: publish });
      services.push(scope.add(name, service, (kept) => kept.stop(serviceGraceMs)));
    }
    publish({ postgresUrl: postgres.url() });
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
}

function serviceEnvironment(work: WorkDirectory, postgresUrl: string): Readonly<Record<string, string>> {
  return {
    MAMMOLINE_POSTGRES_URL: postgresUrl,
    MAMMOLINE_BLOBS_URL: pathToFileURL(work.blobs).href,
    MAMMOLINE_GRPC_ADDRESS: '127.0.0.1:0',
    MAMMOLINE_HTTP_ADDRESS: '127.0.0.1:0',
    MAMMOLINE_LOG: 'json',
    MAMMOLINE_TENSORBOARD_DIR: work.training,
  };
}

const [, , directory] = process.argv;
if (directory === undefined) throw bug('usage: node supervisor.ts WORK-DIRECTORY');
await supervise(workDirectory(directory));
