import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newUuid } from '@mammoline/kernel';
import { Kafka, logLevel } from 'kafkajs';

const jars = join(fileURLToPath(new URL('../../../.cache/kafka/lib', import.meta.url)), '*');

/** Records a second that Kafka's own kafka-producer-perf-test sends, all in-sync replicas acknowledging. */
export async function runProducerPerformance(
  brokers: string,
  { events, sizeBytes }: { readonly events: number; readonly sizeBytes: number },
): Promise<number> {
  const topic = `bench-${newUuid()}`;
  const admin = new Kafka({ brokers: brokers.split(','), clientId: 'bench', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 6 }], waitForLeaders: false });
  await admin.disconnect();
  const { stdout } = await promisify(execFile)('java', [
    '-cp',
    jars,
    'org.apache.kafka.tools.ProducerPerformance',
    ...['--topic', topic, '--num-records', String(events), '--record-size', String(sizeBytes), '--throughput', '-1'],
    ...['--producer-props', `bootstrap.servers=${brokers}`, 'acks=all'],
  ]);
  // The last line sums up: "100000 records sent, 21000.0 records/sec (20.5 MB/sec), ..."
  const rate = /([\d.]+) records\/sec/.exec(stdout.trim().split('\n').at(-1) ?? '')?.[1];
  if (rate === undefined) throw new Error(`kafka-producer-perf-test said: ${stdout}`);
  return Number(rate);
}
