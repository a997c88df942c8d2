import type { Uuid } from '@mammoline/kernel';

/** A kind of event: its topic, how its data becomes bytes and back, and what key orders it. */
export interface EventType<Data> {
  /** `mammoline.<name>.v<major>`; also the CloudEvents type. */
  readonly topic: string;
  readonly encode: (data: Data) => Uint8Array;
  /** @throws Failure invalid for bytes that are not this event. */
  readonly decode: (bytes: Uint8Array) => Data;
  /** Events of one key concern one view (or file, or run). */
  readonly key: (data: Data) => string;
}

/** An event that a stage wants sent: made by {@link outgoing}; the runtime gives it an id and the outbox keeps it. */
export interface OutgoingEvent {
  readonly topic: string;
  readonly key: string;
  readonly payload: Uint8Array;
}

export function outgoing<Data>(type: EventType<Data>, data: Data): OutgoingEvent {
  return { topic: type.topic, key: type.key(data), payload: type.encode(data) };
}

/** An event as it travels: CloudEvents 1.0 attributes beside protobuf data (binary mode). */
export interface EventEnvelope {
  readonly id: Uuid;
  readonly topic: string;
  readonly key: string;
  /** `/mammoline/<stage or service>` */
  readonly source: string;
  readonly time: Date;
  /** W3C trace context, where the cause had one. */
  readonly traceparent: string | undefined;
  /** CloudEvents extension attributes, where it has some; names are of lower-case letters and digits. A dead letter's say what it died of. */
  readonly extensions?: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** The topic that keeps what a stage could not take. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;
