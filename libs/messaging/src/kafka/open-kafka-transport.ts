import * as contracts from '@mammoline/contracts';
import { Scope, toFailure, unavailable } from '@mammoline/kernel';
import { Kafka, logLevel, type logCreator, type SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
import type { Consumer, GroupDepth, Transport } from '../transport.ts';
import { startKafkaConsumer } from './kafka-consumer.ts';
import { toOpeningFailure } from './kafka-errors.ts';
import { createKafkaPublisher } from './kafka-publisher.ts';
import { isOurs, readEnds, readLag } from './read-lag.ts';
import { readSubscriptions } from './read-subscriptions.ts';
import { ensureTopics } from './topics.ts';
import { within } from './within.ts';

const closeWithinMs = 5000;

/** All events of the project: their topics are there before the first service works. */
const declaredTopics: readonly string[] = [
  contracts.importRequested,
  contracts.dicomReceived,
  contracts.dicomRejected,
  contracts.imageCatalogued,
  contracts.maskMerged,
  contracts.viewPrepared,
  contracts.trainingRequested,
  contracts.modelPublished,
  contracts.predictionRequested,
  contracts.predictionCompleted,
].map((event) => event.topic);

export interface KafkaTransportOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** TLS, and PEM texts for it: the authorities that signed the brokers' certificates, where Node does not know them; a certificate of our own. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: Extract<SASLOptions, { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' }>;
  readonly log: Logger;
  /** Time without a heartbeat after which a member counts as dead; shorter ones throw living members out on a loaded machine. */
  readonly sessionTimeoutMs?: number;
}

/**
 * Opens the transport `kafka`.
 * @throws Failure unavailable where no broker answers, invalid where topics are missing that we may not make
 */
export async function openKafkaTransport(options: KafkaTransportOptions): Promise<Transport> {
  const { brokers, clientId, tls, sasl, log, sessionTimeoutMs = 30_000 } = options;
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1';
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    ...(tls !== undefined && { ssl: tls }),
    ...(sasl !== undefined && { sasl }),
    connectionTimeout: 5000,
    logLevel: logLevel.WARN,
    logCreator: toPino(log),
  });
  const scope = new Scope();
  const consumers = new Set<Consumer>();
  const ensured = new Set<string>();
  try {
    const admin = scope.add('Kafka admin', kafka.admin({ retry: { retries: 3 } }), async (it) => {
      await within(closeWithinMs, it.disconnect());
    });
    await admin.connect();
    const publisher = scope.add('Kafka producer', createKafkaPublisher(kafka), (it) => it.close());
    const ensure = async (topics: readonly string[]): Promise<void> => {
      const unknown = [...new Set(topics)].filter((topic) => !ensured.has(topic));
      if (unknown.length === 0) return;
      await ensureTopics(admin, unknown, log);
      for (const topic of unknown) ensured.add(topic);
    };
    await ensure(declaredTopics);

    return {
      publish: async (events) => {
        await ensure(events.map((event) => event.topic)).catch((error: unknown) => {
          throw toFailure(error, 'unavailable', 'Kafka does not answer');
        });
        await publisher.publish(events);
      },
      consume: async (consumerOptions) => {
        await ensure(consumerOptions.topics);
        const consumer = await startKafkaConsumer({ kafka, admin, sessionTimeoutMs, log }, consumerOptions);
        consumers.add(consumer);
        return {
          stop: async (graceMs) => {
            await consumer.stop(graceMs);
            consumers.delete(consumer);
          },
        };
      },
      depths: async () => {
        const depths: GroupDepth[] = [];
        const endsOf = readEnds(admin);
        const groupIds = (await admin.listGroups()).groups.filter((it) => it.protocolType === 'consumer').map(({ groupId }) => groupId);
        const subscriptions = await readSubscriptions(admin, groupIds, declaredTopics);
        for (const groupId of groupIds) {
          const known = await readLag(admin, groupId, endsOf);
          // A group that has taken nothing of a topic yet has everything before it. Topics of strangers count where this service takes them.
          const untouched = (subscriptions.get(groupId) ?? []).filter(
            (topic) => (isOurs(topic) || ensured.has(topic)) && !known.some((it) => it.topic === topic),
          );
          const lags = untouched.length === 0 ? known : [...known, ...(await readLag(admin, groupId, endsOf, untouched))];
          const byTopic = Map.groupBy(lags, (it) => it.topic);
          for (const [topic, ofTopic] of byTopic) {
            const pending = ofTopic.reduce((sum, it) => sum + it.pending, 0);
            depths.push({ group: groupId, topic, pending, lags: ofTopic.map(({ partition, lag }) => ({ partition, lag })) });
          }
        }
        return depths;
      },
      ping: async (timeoutMs) => {
        const answer = await within(timeoutMs, admin.describeCluster()).catch((error: unknown) => {
          throw toFailure(error, 'unavailable', 'Kafka does not answer');
        });
        if (answer === 'late') throw unavailable(`Kafka did not answer within ${String(timeoutMs)} ms`);
      },
      close: async () => {
        await Promise.all([...consumers].map((consumer) => consumer.stop(0)));
        await scope.close();
      },
    };
  } catch (error) {
    await scope.close().catch(() => undefined);
    throw toOpeningFailure(error, brokers);
  }
}

/** kafkajs speaks of each retry and rebalance as an error; what matters is logged by the consumer and the relay. */
const toPino =
  (log: Logger): logCreator =>
  () =>
  ({ namespace, level, log: { message, ...details } }) => {
    const about = { kafka: namespace, ...(typeof details['error'] === 'string' && { err: details['error'] }) };
    if (level === logLevel.ERROR) log.warn(about, message);
    else log.debug(about, message);
  };
