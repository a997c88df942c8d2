import type { EventEnvelope } from '@mammoline/contracts';
import { deriveUuid, parseUuid, type Uuid } from '@mammoline/kernel';
import type { KafkaMessage, Message } from 'kafkajs';

/** CloudEvents 1.0 in binary mode, as its Kafka binding says: attributes in headers, data in the value. */
export function toKafkaMessage(event: EventEnvelope): Message {
  return {
    key: event.key,
    value: Buffer.from(event.payload),
    headers: {
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
 * A message that others wrote without our headers still becomes an event, with an id of its place, so that the stage's decoding refuses it
 * and it ends as a dead letter, not as a consumer that can't go on.
 */
export function fromKafkaMessage(topic: string, partition: number, message: KafkaMessage): EventEnvelope {
  const header = (name: string): string | undefined => {
    const value = message.headers?.[name];
    const first = Array.isArray(value) ? value[0] : value;
    return first?.toString();
  };
  const time = new Date(header('ce_time') ?? Number(message.timestamp));
  return {
    id: uuidOr(header('ce_id'), () => deriveUuid(topic, partition, message.offset)),
    topic,
    key: message.key?.toString() ?? '',
    source: header('ce_source') ?? '/unknown',
    time: Number.isNaN(time.getTime()) ? new Date(Number(message.timestamp)) : time,
    traceparent: header('traceparent'),
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
