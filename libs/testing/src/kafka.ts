import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const program = fileURLToPath(new URL('../../../tools/kafka.mjs', import.meta.url));
const jars = fileURLToPath(new URL('../../../.cache/kafka', import.meta.url));
const shared = fileURLToPath(new URL('../../../.cache/test-kafka', import.meta.url));

const answer = z.object({
  brokers: z.string(),
  nodes: z.array(z.object({ id: z.number(), pid: z.number(), address: z.string(), advertised: z.string() })),
  secured: z
    .object({
      certificates: z.string(),
      listeners: z.object({ TLS: z.string(), MTLS: z.string(), SASL: z.string(), SASL_TLS: z.string() }),
    })
    .optional(),
});

/** `brokers`: `host:port` of all, with commas, as they are advertised; `address`: where a node really listens; `secured`: see tools/kafka/secured.properties. */
export type TestKafka = z.infer<typeof answer>;

export interface TestKafkaOptions {
  /** Nodes of the cluster; 1 where nothing is said. A folder remembers it. */
  readonly brokers?: number;
  /** This node alone, of a cluster that was started before. */
  readonly broker?: number;
  /** `host:port` for each node that its clients are to come to: a proxy in front of it. */
  readonly advertise?: readonly string[];
  /** Listeners with TLS and SASL, and rights, beside the plain one. */
  readonly secured?: boolean;
}

/** Why there can be no Kafka here; undefined where there can. */
export function whyNoKafka(): string | undefined {
  const lacks = (name: string, flag: string): boolean => spawnSync(name, [flag]).status !== 0;
  if (lacks('java', '-version')) return 'skipped, since Java 17 is not installed';
  if (!existsSync(jars) && lacks('mvn', '-v')) return "skipped, since Maven, which fetches Kafka's jars, is not installed";
  return undefined;
}

/**
 * Real Kafka. Without a directory the one broker that all test processes of a checkout share: the first starts it, the others find it, and it
 * stays running between runs (`node tools/kafka.mjs stop .cache/test-kafka` ends it). Specs make up their topics.
 * A spec that stops or kills brokers, or wants other ones, gives a directory of its own.
 */
export async function startTestKafka(directory = shared, options: TestKafkaOptions = {}): Promise<TestKafka> {
  const { brokers, broker, advertise, secured } = options;
  const flags = [
    ...(brokers !== undefined ? ['--brokers', String(brokers)] : []),
    ...(broker !== undefined ? ['--broker', String(broker)] : []),
    ...(advertise !== undefined ? ['--advertise', advertise.join(',')] : []),
    ...(secured === true ? ['--secured'] : []),
  ];
  return answer.parse(JSON.parse(await runProgram('start', directory, flags)));
}

/** Ends the brokers of a folder, or one of them. */
export async function stopTestKafka(directory = shared, how: 'stop' | 'kill' = 'stop', broker?: number): Promise<void> {
  await runProgram(how, directory, broker === undefined ? [] : ['--broker', String(broker)]);
}

async function runProgram(action: string, directory: string, flags: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [program, action, directory, ...flags], { timeout: 300_000 })).stdout;
}
