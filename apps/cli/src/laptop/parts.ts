import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { invalid } from '@mammoline/kernel';
import { z } from 'zod';
import { runTool } from './run-tool.ts';
import type { LineSettings } from './settings.ts';
import type { WorkDirectory } from './work-directory.ts';

export interface RunningPart {
  readonly pid: number;
  /** Without secrets. */
  readonly address: string;
  /** What services find it with. */
  readonly environment: Environment;
}

export type Environment = Readonly<Record<string, string>>;

/** A process that holds data, of an installation that starts it: Postgres, a Kafka broker, the object store. It outlives who started it. */
export interface Part {
  readonly name: string;
  /** Starts it, or adopts it where it runs, and returns once it answers. */
  readonly start: () => Promise<RunningPart>;
  /** Stops it, whoever started it. */
  readonly stop: () => Promise<void>;
}

const kafkaAnswer = z.object({
  brokers: z.string(),
  nodes: z.tuple([z.object({ pid: z.number(), address: z.string() })]),
});
const storeAnswer = z.object({ pid: z.number(), endpoint: z.string(), url: z.string(), environment: z.record(z.string(), z.string()) });

export function postgresPart(work: WorkDirectory): Part {
  return {
    name: 'postgres',
    start: async () => {
      const { pid, url } = await startEmbeddedPostgres({ directory: work.postgres });
      const { host, pathname } = new URL(url);
      return { pid, address: `${host}${pathname}`, environment: { MAMMOLINE_POSTGRES_URL: url } };
    },
    stop: async () => {
      // Where its file is stale, the start that adopts it heals the cluster as well.
      if (!existsSync(join(work.postgres, 'cluster', 'data', 'postmaster.pid'))) return;
      await (await startEmbeddedPostgres({ directory: work.postgres })).stop();
    },
  };
}

/** Brokers are started beside each other: two of three are needed before one answers. */
export function kafkaParts(work: WorkDirectory, brokers: number): readonly Part[] {
  return Array.from({ length: brokers }, (_, at) => {
    const one = ['--broker', String(at + 1)];
    return {
      name: `kafka-${String(at + 1)}`,
      start: async () => {
        const answer = kafkaAnswer.parse(JSON.parse(await runTool('kafka.mjs', 'start', work.kafka, '--brokers', String(brokers), ...one)));
        const [{ pid, address }] = answer.nodes;
        // What the environment says of other brokers' security is not meant for these.
        const environment = { MAMMOLINE_KAFKA_BROKERS: answer.brokers, MAMMOLINE_KAFKA_TLS: 'false', MAMMOLINE_KAFKA_SASL_MECHANISM: '' };
        return { pid, address, environment };
      },
      stop: async () => {
        if (existsSync(work.kafka)) await runTool('kafka.mjs', 'stop', work.kafka, ...one);
      },
    };
  });
}

export function objectStorePart(work: WorkDirectory): Part {
  return {
    name: 'object-store',
    start: async () => {
      const { pid, endpoint, url, environment } = storeAnswer.parse(JSON.parse(await runTool('s3.mjs', 'start', work.objectStore)));
      return {
        pid,
        address: endpoint,
        // Nor is a session or profile of another store meant for this one.
        environment: { ...environment, AWS_SESSION_TOKEN: '', AWS_PROFILE: '', MAMMOLINE_BLOBS_URL: url },
      };
    },
    stop: async () => {
      if (existsSync(work.objectStore)) await runTool('s3.mjs', 'stop', work.objectStore);
    },
  };
}

/** Stops what may be running in a work directory, whatever its settings. */
export async function stopParts(work: WorkDirectory): Promise<void> {
  const stopKafka = async (): Promise<void> => {
    if (existsSync(work.kafka)) await runTool('kafka.mjs', 'stop', work.kafka);
  };
  await Promise.all([postgresPart(work).stop(), objectStorePart(work).stop(), stopKafka()]);
}

/** The parts that are started here: those that the environment names, an engineer's own, are not. */
export function partsOf(work: WorkDirectory, settings: LineSettings, named: Environment): readonly Part[] {
  return [
    ...(named['MAMMOLINE_POSTGRES_URL'] === undefined ? [postgresPart(work)] : []),
    ...(settings.cluster && named['MAMMOLINE_BLOBS_URL'] === undefined ? [objectStorePart(work)] : []),
    ...(settings.cluster && named['MAMMOLINE_KAFKA_BROKERS'] === undefined ? kafkaParts(work, settings.brokers) : []),
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
