import type { EventEnvelope } from '@mammoline/contracts';
import { invalid, unavailable, describeError } from '@mammoline/kernel';
import { CompressionTypes, Partitioners, type Kafka, type Message, type Producer, type RecordMetadata, type TopicMessages } from 'kafkajs';
import { toKafkaMessage } from './cloud-event.ts';
import { within } from './within.ts';

const disconnectWithinMs = 5000;

/** Refusals that no repetition mends: the relay finds the event that is to blame and sets it aside. */
const lasting = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE', 'TOPIC_AUTHORIZATION_FAILED']);

export interface KafkaPublisher {
  /** @throws Failure unavailable where Kafka is away, invalid where it refuses the events */
  publish(events: readonly EventEnvelope[]): Promise<void>;
  close(): Promise<void>;
}

/** The idempotent producer of the outbox relay, connected when it is first needed. */
export function createKafkaPublisher(kafka: Kafka): KafkaPublisher {
  let producer: Promise<Producer> | undefined;
  const partitions = new WeakMap<Message, number>();

  const connect = async (): Promise<Producer> => {
    const opened = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => {
        const choose = Partitioners.DefaultPartitioner();
        return (about) => {
          const partition = choose(about);
          partitions.set(about.message, partition);
          return partition;
        };
      },
      retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 5 },
    });
    await opened.connect();
    return opened;
  };

  /**
   * When kafkajs repeats a batch, since one broker was lost, it passes over those that have answered, also with the partitions of the lost one that they lead
   * by then, and says that all is well (tulios/kafkajs issue 1303).
   * @throws Error where no broker has answered for the partition of an event
   */
  const expectAllTaken = (sent: readonly TopicMessages[], answers: readonly RecordMetadata[]): void => {
    const taken = new Set(answers.map(({ topicName, partition }) => `${topicName}/${String(partition)}`));
    const left = sent.flatMap(({ topic, messages }) =>
      messages.filter((message) => !taken.has(`${topic}/${String(partitions.get(message))}`)),
    );
    if (left.length > 0) throw new Error(`no broker has answered for ${String(left.length)} of them`);
  };

  /** After a failure its sequence numbers may have a gap that the broker refuses for ever: the next publish gets a new producer. */
  const discard = async (): Promise<void> => {
    const old = producer;
    producer = undefined;
    if (old !== undefined)
      await within(
        disconnectWithinMs,
        old.then((it) => it.disconnect()),
      ).catch(() => undefined);
  };

  return {
    publish: async (events) => {
      if (events.length === 0) return;
      try {
        producer ??= connect();
        const byTopic = Map.groupBy(events, (event) => event.topic);
        const topicMessages = [...byTopic].map(([topic, ofTopic]) => ({ topic, messages: ofTopic.map(toKafkaMessage) }));
        const answers = await (await producer).sendBatch({ acks: -1, compression: CompressionTypes.None, topicMessages });
        expectAllTaken(topicMessages, answers);
      } catch (error) {
        await discard();
        const message = `Kafka did not take ${String(events.length)} events: ${describeError(error)}`;
        throw isLasting(error) ? invalid(message, { cause: error }) : unavailable(message, { cause: error });
      }
    },
    close: discard,
  };
}

function isLasting(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('type' in error && typeof error.type === 'string' && lasting.has(error.type)) return true;
  return isLasting(error.cause);
}
