import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { invalid } from '@mammoline/kernel';
import { z } from 'zod';
import { runTool } from './run-tool.ts';
import type { LineSettings } from './settings.ts';
import type { WorkDirectory } from './work-directory.ts';

/** A process that holds data: one of Postgres, the Kafka brokers, the object store. It outlives who started it. */
export interface PartProcess {
  readonly name: string;
  readonly pid: number;
  /** Without secrets. */
  readonly address: string;
}

export interface RunningPart {
  readonly processes: readonly PartProcess[];
  /** What services find it with. */
  readonly environment: Environment;
}

export type Environment = Readonly<Record<string, string>>;

/** A part of an installation that is started here. */
export interface Part {
  readonly name: string;
  /** Starts what of it does not run, adopts what does, and returns once it answers. */
  readonly start: () => Promise<RunningPart>;
  /** Stops it, whoever started it. */
  readonly stop: () => Promise<void>;
}

const kafkaAnswer = z.object({
  brokers: z.string(),
  nodes: z.array(z.object({ id: z.number(), pid: z.number(), address: z.string() })),
});
const storeAnswer = z.object({ pid: z.number(), endpoint: z.string(), url: z.string(), environment: z.record(z.string(), z.string()) });

export function postgresPart(work: WorkDirectory): Part {
  return {
    name: 'postgres',
    start: async () => {
      const { pid, url } = await startEmbeddedPostgres({ directory: work.postgres });
      const { host, pathname } = new URL(url);
      return { processes: [{ name: 'postgres', pid, address: `${host}${pathname}` }], environment: { MAMMOLINE_POSTGRES_URL: url } };
    },
    stop: async () => {
      // Where its file is stale, the start that adopts it heals the cluster as well.
      if (!existsSync(join(work.postgres, 'cluster', 'data', 'postmaster.pid'))) return;
      await (await startEmbeddedPostgres({ directory: work.postgres })).stop();
    },
  };
}

export function kafkaPart(work: WorkDirectory, brokers: number): Part {
  return {
    name: 'kafka',
    start: async () => {
      const answer = kafkaAnswer.parse(JSON.parse(await runTool('kafka.mjs', 'start', work.kafka, '--brokers', String(brokers))));
      return {
        processes: answer.nodes.map(({ id, pid, address }) => ({ name: `kafka-${String(id)}`, pid, address })),
        // What the environment says of other brokers' security is not meant for these.
        environment: { MAMMOLINE_KAFKA_BROKERS: answer.brokers, MAMMOLINE_KAFKA_TLS: 'false', MAMMOLINE_KAFKA_SASL_MECHANISM: '' },
      };
    },
    stop: async () => {
      if (existsSync(work.kafka)) await runTool('kafka.mjs', 'stop', work.kafka);
    },
  };
}

export function objectStorePart(work: WorkDirectory): Part {
  return {
    name: 'object-store',
    start: async () => {
      const { pid, endpoint, url, environment } = storeAnswer.parse(JSON.parse(await runTool('s3.mjs', 'start', work.objectStore)));
      return {
        processes: [{ name: 'object-store', pid, address: endpoint }],
        // Nor is a session or profile of another store meant for this one.
        environment: { ...environment, AWS_SESSION_TOKEN: '', AWS_PROFILE: '', MAMMOLINE_BLOBS_URL: url },
      };
    },
    stop: async () => {
      if (existsSync(work.objectStore)) await runTool('s3.mjs', 'stop', work.objectStore);
    },
  };
}

/** What may be running in a work directory, whatever its settings. */
export function allParts(work: WorkDirectory): readonly Part[] {
  return [postgresPart(work), objectStorePart(work), kafkaPart(work, 0)];
}

/** The parts that are started here: those that the environment names, an engineer's own, are not. */
export function partsOf(work: WorkDirectory, settings: LineSettings, named: Environment): readonly Part[] {
  return [
    ...(named['MAMMOLINE_POSTGRES_URL'] === undefined ? [postgresPart(work)] : []),
    ...(settings.cluster && named['MAMMOLINE_BLOBS_URL'] === undefined ? [objectStorePart(work)] : []),
    ...(settings.cluster && named['MAMMOLINE_KAFKA_BROKERS'] === undefined ? [kafkaPart(work, settings.brokers)] : []),
  ];
}

/** The variables of an environment that name parts, with what their clients need beside the address. */
export function namedParts(environment: NodeJS.ProcessEnv): Environment {
  const take = (variable: string, beside: RegExp): readonly [string, string | undefined][] =>
    environment[variable] === undefined || environment[variable] === ''
      ? []
      : Object.entries(environment).filter(([name]) => name === variable || beside.test(name));
  const entries = [
    ...take('MAMMOLINE_POSTGRES_URL', /^$/),
    ...take('MAMMOLINE_KAFKA_BROKERS', /^MAMMOLINE_KAFKA_/),
    ...take('MAMMOLINE_BLOBS_URL', /^AWS_/),
  ];
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** @throws Failure invalid where the environment names another Postgres, Kafka or store than what runs uses */
export function expectNamedParts(named: Environment, running: Environment, directory: string): void {
  for (const name of ['MAMMOLINE_POSTGRES_URL', 'MAMMOLINE_KAFKA_BROKERS', 'MAMMOLINE_BLOBS_URL']) {
    if (named[name] === undefined || named[name] === running[name]) continue;
    throw invalid(`what runs in ${directory} has another ${name} than this environment; "mammoline down --work ${directory}" first`);
  }
}

/** All that clients of an installation need: of its services, and of commands. */
export function lineEnvironment(work: WorkDirectory, named: Environment, running: readonly RunningPart[]): Environment {
  const parts = Object.assign(
    { MAMMOLINE_BLOBS_URL: pathToFileURL(work.blobs).href },
    named,
    ...running.map((part) => part.environment),
  ) as Environment;
  return { ...parts, MAMMOLINE_TRANSPORT: parts['MAMMOLINE_KAFKA_BROKERS'] === undefined ? 'postgres' : 'kafka' };
}
