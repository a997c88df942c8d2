import { newTopic, startTestKafka, whyNoKafka } from '@mammoline/testing';
import kafkajs, { Kafka, logLevel, type Admin } from 'kafkajs';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureTopics } from './topics.ts';

const reason = whyNoKafka();

describe.skipIf(reason !== undefined)(`ensureTopics${reason === undefined ? '' : `: ${reason}`}`, { timeout: 60_000 }, () => {
  let admin: Admin;
  beforeAll(async () => {
    const { brokers } = await startTestKafka();
    admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  }, 240_000);
  afterAll(() => admin.disconnect());

  const ensure = async (...topics: readonly string[]): Promise<readonly unknown[]> => {
    const lines: unknown[] = [];
    const log = pino({ level: 'warn', base: null, timestamp: false }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await ensureTopics(admin, topics, log);
    return lines;
  };
  const partitionsOf = async (...topics: readonly string[]): Promise<readonly number[]> => {
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    return topics.map((topic) => metadata.topics.find(({ name }) => name === topic)?.partitions.length ?? 0);
  };

  it('makes topics and their .dlq as they are declared, also where others do so at the same time', async () => {
    const [topic, other] = [newTopic(), newTopic()];
    expect(await Promise.all([ensure(topic), ensure(topic, other), ensure(topic)])).toEqual([[], [], []]);
    expect(await partitionsOf(topic, `${topic}.dlq`, other)).toEqual([6, 1, 6]);
    expect(await ensure(topic, `${other}.dlq`)).toEqual([]);
  });

  it('warns of what is weaker than declared and leaves it, and of nothing that is more', async () => {
    const [weak, strong] = [newTopic(), newTopic()];
    const make = (topic: string, numPartitions: number, settings: Readonly<Record<string, string>>) => ({
      topic,
      numPartitions,
      configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
    });
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        make(weak, 2, { 'retention.ms': '1000', 'cleanup.policy': 'compact', 'min.insync.replicas': '3' }),
        make(strong, 12, { 'retention.ms': '-1' }),
      ],
    });
    // A broker answers before it knows its new topics itself.
    await vi.waitFor(async () => expect(await partitionsOf(weak, strong)).toEqual([2, 12]), { timeout: 30_000 });
    const warned = await ensure(weak, strong);
    const differs = (setting: string, found: string, expected: string) => ({
      level: 40,
      topic: weak,
      setting,
      found,
      expected,
      msg: 'a Kafka topic is not as it is declared',
    });
    expect(warned).toEqual([
      differs('partitions', '2', '6'),
      differs('cleanup.policy', 'compact', 'delete'),
      differs('retention.ms', '1000', String(30 * 86_400_000)),
      differs('min.insync.replicas', '3', '1'),
    ]);
    expect(await partitionsOf(weak, strong)).toEqual([2, 12]);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: weak, configNames: ['retention.ms'] }],
    });
    expect(resources[0]?.configEntries[0]?.configValue).toBe('1000');
  });

  it('refuses a name that can be no topic, without making the broker seem away', async () => {
    await expect(ensure('mammoline.no topic')).rejects.toMatchObject({ kind: 'invalid' });
  });
});
