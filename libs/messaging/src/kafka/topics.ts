import { deadLetterTopic } from '@mammoline/contracts';
import { invalid, sleep, unavailable } from '@mammoline/kernel';
import type { Admin, ITopicConfig } from 'kafkajs';

const dayMs = 86_400_000;
const leadersWithinMs = 30_000;

type TopicAdmin = Pick<Admin, 'listTopics' | 'describeCluster' | 'createTopics' | 'fetchTopicMetadata'>;

/** How a topic is declared. Partitions bound how many replicas of a stage can share it; a dead letter is rare and kept longer. */
function declare(topic: string, brokerCount: number): ITopicConfig {
  const isDeadLetters = topic.endsWith(deadLetterTopic(''));
  const replicationFactor = Math.min(3, brokerCount);
  return {
    topic,
    numPartitions: isDeadLetters ? 1 : 6,
    replicationFactor,
    configEntries: [
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: String((isDeadLetters ? 90 : 30) * dayMs) },
      // acks=all means two brokers where there are three: one of them may be lost.
      { name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) },
    ],
  };
}

/**
 * Sees to it that topics and their `.dlq` exist and have leaders, and makes what is missing.
 * @throws Failure invalid, naming what is missing, where the broker does not let us make it; unavailable where leaders don't come
 */
export async function ensureTopics(admin: TopicAdmin, names: readonly string[]): Promise<void> {
  const wanted = [...new Set(names.flatMap((name) => (name.endsWith(deadLetterTopic('')) ? [name] : [name, deadLetterTopic(name)])))];
  const there = new Set(await admin.listTopics());
  const missing = wanted.filter((name) => !there.has(name));
  if (missing.length === 0) return;
  const { brokers } = await admin.describeCluster();
  const declarations = missing.map((name) => declare(name, brokers.length));
  try {
    // kafkajs' own wait for leaders gives up on KRaft, where a topic is known a moment after it was made.
    await admin.createTopics({ topics: declarations, waitForLeaders: false });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const lines = declarations.map(
      (it) =>
        `  ${it.topic}: ${String(it.numPartitions)} partitions, ${it.configEntries?.map(({ name, value }) => `${name}=${value}`).join(', ') ?? ''}`,
    );
    throw invalid(`these Kafka topics are missing, and this user may not make them; have them made:\n${lines.join('\n')}`, {
      cause: error,
    });
  }
  await waitForLeaders(admin, missing);
}

async function waitForLeaders(admin: TopicAdmin, names: readonly string[]): Promise<void> {
  const deadline = Date.now() + leadersWithinMs;
  for (;;) {
    const topics = await admin.fetchTopicMetadata({ topics: [...names] }).then(
      (metadata) => metadata.topics,
      () => [],
    );
    const led = new Set(
      topics.filter((it) => it.partitions.length > 0 && it.partitions.every(({ leader }) => leader >= 0)).map((it) => it.name),
    );
    if (names.every((name) => led.has(name))) return;
    if (Date.now() > deadline)
      throw unavailable(`Kafka gave no leaders to ${names.filter((name) => !led.has(name)).join(', ')} within ${leadersWithinMs} ms`);
    await sleep(50);
  }
}

const forbidden = new Set(['CLUSTER_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED', 'POLICY_VIOLATION', 'INVALID_REPLICATION_FACTOR']);

function isForbidden(error: unknown): boolean {
  const errors: readonly unknown[] = error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error];
  return errors.some((it) => it instanceof Error && 'type' in it && typeof it.type === 'string' && forbidden.has(it.type));
}
