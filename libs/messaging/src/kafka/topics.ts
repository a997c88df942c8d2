import { deadLetterTopic } from '@mammoline/contracts';
import { describeError, invalid, sleep, unavailable } from '@mammoline/kernel';
import kafkajs, { type Admin, type ITopicConfig, type ITopicMetadata } from 'kafkajs';
import type { Logger } from 'pino';
import { isRefusal } from './kafka-errors.ts';

const dayMs = 86_400_000;
const leadersWithinMs = 30_000;

type TopicAdmin = Pick<Admin, 'listTopics' | 'describeCluster' | 'createTopics' | 'fetchTopicMetadata' | 'describeConfigs'>;

interface Declaration {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly settings: Readonly<Record<string, string>>;
}

const isDeadLetters = (topic: string): boolean => topic.endsWith(deadLetterTopic(''));

/** How a topic is declared. Partitions bound how many replicas of a stage can share it; a dead letter is rare and kept longer. */
function declare(topic: string, brokerCount: number): Declaration {
  const replicas = Math.min(3, brokerCount);
  return {
    topic,
    partitions: isDeadLetters(topic) ? 1 : 6,
    replicas,
    settings: {
      'cleanup.policy': 'delete',
      'retention.ms': String((isDeadLetters(topic) ? 90 : 30) * dayMs),
      // acks=all means two brokers where there are three: one of them may be lost.
      'min.insync.replicas': String(Math.max(1, replicas - 1)),
      // What was just not too large for its topic has its error beside it in the dead letters.
      ...(isDeadLetters(topic) && { 'max.message.bytes': String(2 * 1024 * 1024) }),
    },
  };
}

/**
 * Sees to it that topics and their `.dlq` exist and have leaders, makes what is missing, and warns of what is weaker than declared: that is another's decision,
 * and stays as it is.
 * @throws Failure invalid, naming what is missing, where the broker does not let us make it; unavailable where leaders don't come
 */
export async function ensureTopics(admin: TopicAdmin, names: readonly string[], log: Logger): Promise<void> {
  const wanted = [...new Set(names.flatMap((name) => (isDeadLetters(name) ? [name] : [name, deadLetterTopic(name)])))];
  const { brokers } = await admin.describeCluster();
  const declarations = wanted.map((name) => declare(name, brokers.length));
  const there = new Set(await admin.listTopics());
  const missing = declarations.filter(({ topic }) => !there.has(topic));
  const existing = declarations.filter(({ topic }) => there.has(topic));
  if (missing.length > 0) await createTopics(admin, missing);
  for (const difference of await compare(admin, existing, log)) log.warn(difference, 'a Kafka topic is not as it is declared');
}

async function createTopics(admin: TopicAdmin, declarations: readonly Declaration[]): Promise<void> {
  const topics = declarations.map(({ topic, partitions, replicas, settings }): ITopicConfig => ({
    topic,
    numPartitions: partitions,
    replicationFactor: replicas,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
  }));
  try {
    // kafkajs' own wait for leaders gives up on KRaft, where a topic is known a moment after it was made.
    await admin.createTopics({ topics, waitForLeaders: false });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const lines = declarations.map(
      ({ topic, partitions, replicas, settings }) =>
        `  ${topic}: ${String(partitions)} partitions, replication factor ${String(replicas)}, ${Object.entries(settings)
          .map(([name, value]) => `${name}=${value}`)
          .join(', ')}`,
    );
    throw invalid(
      `these Kafka topics are missing, or hidden from this user, who may not make them (${describeError(error)}); have them made, or the right to see them given:\n${lines.join('\n')}`,
      { cause: error },
    );
  }
  await waitForLeaders(
    admin,
    declarations.map(({ topic }) => topic),
  );
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

interface Difference {
  readonly topic: string;
  readonly setting: string;
  readonly found: string;
  readonly expected: string;
}

/** Where more than was declared is found, nobody is harmed; of min.insync.replicas more stops the producers when one broker is lost. */
const mayBeMore = new Set(['retention.ms', 'max.message.bytes']);

/** What of existing topics is weaker than declared. A user who may not read settings is told nothing about them. */
async function compare(admin: TopicAdmin, declarations: readonly Declaration[], log: Logger): Promise<readonly Difference[]> {
  if (declarations.length === 0) return [];
  const names = declarations.map(({ topic }) => topic);
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const settings = await readSettings(admin, declarations).catch((error: unknown) => {
    log.debug({ err: describeError(error) }, 'the settings of Kafka topics may not be read');
    return new Map<string, ReadonlyMap<string, string>>();
  });
  return declarations.flatMap((declared): readonly Difference[] => {
    const { topic } = declared;
    const shape = shapeOf(topics.find(({ name }) => name === topic));
    const found: readonly (readonly [string, string, string, boolean])[] = [
      ['partitions', String(shape.partitions), String(declared.partitions), true],
      ['replication factor', String(shape.replicas), String(declared.replicas), true],
      ...Object.entries(declared.settings).map(
        ([name, expected]) => [name, settings.get(topic)?.get(name) ?? expected, expected, mayBeMore.has(name)] as const,
      ),
    ];
    return found
      .filter(([, is, expected, more]) => (more ? asLimit(is) < asLimit(expected) : is !== expected))
      .map(([setting, is, expected]) => ({ topic, setting, found: is, expected }));
  });
}

/** -1 is Kafka's word for no limit. */
const asLimit = (text: string): number => (Number(text) < 0 ? Infinity : Number(text));

const shapeOf = (metadata: ITopicMetadata | undefined) => ({
  partitions: metadata?.partitions.length ?? 0,
  replicas: Math.min(...(metadata?.partitions ?? []).map(({ replicas }) => replicas.length)),
});

async function readSettings(admin: TopicAdmin, declarations: readonly Declaration[]): Promise<Map<string, ReadonlyMap<string, string>>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: declarations.map(({ topic, settings }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: topic,
      configNames: Object.keys(settings),
    })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}
