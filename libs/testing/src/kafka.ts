import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const program = fileURLToPath(new URL('../../../tools/kafka.mjs', import.meta.url));
const jars = fileURLToPath(new URL('../../../.cache/kafka', import.meta.url));
const shared = fileURLToPath(new URL('../../../.cache/test-kafka', import.meta.url));
const answer = z.object({ pid: z.number(), brokers: z.string() });

export interface TestKafka {
  /** `host:port` */
  readonly brokers: string;
  readonly pid: number;
}

/** Why there can be no Kafka here; undefined where there can. */
export function whyNoKafka(): string | undefined {
  const lacks = (name: string, flag: string): boolean => spawnSync(name, [flag]).status !== 0;
  if (lacks('java', '-version')) return 'skipped, since Java 17 is not installed';
  if (!existsSync(jars) && lacks('mvn', '-v')) return "skipped, since Maven, which fetches Kafka's jars, is not installed";
  return undefined;
}

/**
 * A real Kafka broker. Without a directory the one that all test processes of a checkout share: the first starts it, the others find it, and it
 * stays running between runs (`node tools/kafka.mjs stop .cache/test-kafka` ends it). Specs make up their topics.
 * A spec that stops or kills its broker gives a directory of its own.
 */
export async function startTestKafka(directory = shared): Promise<TestKafka> {
  return answer.parse(JSON.parse(await runProgram('start', directory)));
}

export async function stopTestKafka(directory = shared, how: 'stop' | 'kill' = 'stop'): Promise<void> {
  await runProgram(how, directory);
}

async function runProgram(action: string, directory: string): Promise<string> {
  return (await promisify(execFile)(process.execPath, [program, action, directory], { timeout: 300_000 })).stdout;
}
