import type { EventEnvelope } from '@mammoline/contracts';
import { newUuid } from '@mammoline/kernel';
import type { ConsumerOptions, Delivery } from '../transport.ts';

export const newTopic = (): string => `mammoline.test.${newUuid().slice(0, 8)}.v1`;

export const newEvent = (topic: string, attributes: Partial<EventEnvelope> = {}): EventEnvelope => ({
  id: newUuid(),
  topic,
  key: newUuid(),
  source: '/mammoline/test',
  time: new Date('2024-05-06T07:08:09.123Z'),
  traceparent: undefined,
  payload: new Uint8Array([1, 2, 3]),
  ...attributes,
});

/** Takes everything, and remembers it. */
export const acking =
  (seen: Delivery[]): ConsumerOptions['handle'] =>
  (delivery) => {
    seen.push(delivery);
    return Promise.resolve({ kind: 'ack' });
  };

export const throwing = (error: Error): never => {
  throw error;
};
