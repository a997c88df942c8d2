import type { EventEnvelope } from '@mammoline/contracts';
import { newUuid } from '@mammoline/kernel';
import type { ConsumerOptions, Delivery } from '@mammoline/messaging';

export const newTopic = (): string => `mammoline.test.${newUuid().slice(0, 8)}.v1`;
export const traceparent = (): string => `00-${newUuid().replaceAll('-', '')}-00f067aa0ba902b7-01`;
export const newEvent = (topic: string, attributes: Partial<EventEnvelope> = {}): EventEnvelope => ({
  id: newUuid(),
  topic,
  // Of one key a transport may handle one event after the other; nothing here asks for that, or for the contrary.
  key: newUuid(),
  source: '/mammoline/test',
  time: new Date('2024-05-06T07:08:09.123Z'),
  traceparent: undefined,
  payload: new Uint8Array([1, 2, 3]),
  ...attributes,
});
export const newEvents = (topic: string, count: number): readonly EventEnvelope[] => Array.from({ length: count }, () => newEvent(topic));
export const sortedIds = (events: readonly EventEnvelope[]): readonly string[] => events.map((event) => event.id).sort();
export const idsOf = (seen: readonly Delivery[]): readonly string[] => [...new Set(seen.map(({ event }) => event.id))].sort();

/** A handler that takes everything, and remembers it. */
export const acking =
  (seen: Delivery[]): ConsumerOptions['handle'] =>
  (delivery) => {
    seen.push(delivery);
    return Promise.resolve({ kind: 'ack' });
  };
