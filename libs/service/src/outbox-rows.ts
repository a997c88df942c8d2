import type { OutboxRow } from '@mammoline/catalogue';
import type { OutgoingEvent } from '@mammoline/contracts';
import { deriveUuid } from '@mammoline/kernel';
import { followTraceparent } from './tracing/traceparent.ts';

/**
 * The outbox rows of one piece of work. Ids derive from the cause, the producer and the place in the list: a repeat of the work repeats the ids.
 * @param cause the id of the event that was handled, or the name of the piece of work
 * @param producer the stage or service
 * @param traceparent of the work; undefined: a trace begins
 */
export function outboxRows(
  cause: string,
  producer: string,
  traceparent: string | undefined,
  events: readonly OutgoingEvent[],
): readonly OutboxRow[] {
  const trace = followTraceparent(traceparent);
  return events.map((event, index) => ({
    id: deriveUuid(cause, producer, index),
    topic: event.topic,
    key: event.key,
    source: `/mammoline/${producer}`,
    traceparent: trace,
    payload: event.payload,
  }));
}
