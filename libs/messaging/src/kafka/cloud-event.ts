import type { EventEnvelope } from '@mammoline/contracts';
import { deriveUuid, parseUuid, type Uuid } from '@mammoline/kernel';
import type { KafkaMessage, Message } from 'kafkajs';

const prefix = 'ce_';
const core: ReadonlySet<string> = new Set(['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'dataschema', 'subject']);

/** CloudEvents 1.0 in binary mode, as its Kafka binding says: attributes in headers, data in the value. */
export function toKafkaMessage(event: EventEnvelope): Message {
  const extensions = Object.entries(event.extensions ?? {}).map(([name, value]): [string, string] => [`${prefix}${name}`, value]);
  return {
    key: event.key,
    value: Buffer.from(event.payload),
    headers: {
      ...Object.fromEntries(extensions),
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: event.source,
      ce_type: event.topic,
      ce_time: event.time.toISOString(),
      'content-type': 'application/protobuf',
      ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
    },
  };
}

/**
 * A message that others wrote without our headers, without key or without value still becomes an event, with an id of its place
 * and time (a topic that is made anew counts from 0 again), so that the stage's
 * decoding refuses it and it ends as a dead letter, not as a consumer that can't go on.
 */
export function fromKafkaMessage(topic: string, partition: number, message: KafkaMessage): EventEnvelope {
  const header = (name: string): string | undefined => {
    const value = message.headers?.[name];
    const first = Array.isArray(value) ? value[0] : value;
    return first?.toString();
  };
  const extensions = Object.keys(message.headers ?? {})
    .filter((name) => name.startsWith(prefix) && !core.has(name.slice(prefix.length)))
    .map((name): [string, string] => [name.slice(prefix.length), header(name) ?? '']);
  return {
    id: uuidOr(header('ce_id'), () => deriveUuid(topic, partition, message.offset, message.timestamp)),
    topic,
    key: message.key?.toString() ?? '',
    source: header('ce_source') ?? '/unknown',
    time: toTime(header('ce_time'), message.timestamp),
    traceparent: header('traceparent'),
    ...(extensions.length > 0 && { extensions: Object.fromEntries(extensions) }),
    payload: new Uint8Array(message.value ?? Buffer.alloc(0)),
  };
}

function uuidOr(text: string | undefined, otherwise: () => Uuid): Uuid {
  try {
    return text === undefined ? otherwise() : parseUuid(text);
  } catch {
    return otherwise();
  }
}

/** The event's own time, else the message's; neither where it is none that every store can keep. */
function toTime(text: string | undefined, timestamp: string): Date {
  const times = [new Date(text ?? Number.NaN), new Date(Number(timestamp))];
  return times.find((time) => time.getTime() >= 0 && time.getUTCFullYear() <= 9999) ?? new Date(0);
}
