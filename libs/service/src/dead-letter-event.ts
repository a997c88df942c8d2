import type { DeadLetterRecord, OutboxRow } from '@mammoline/catalogue';
import { deadLetterTopic } from '@mammoline/contracts';
import { newUuid } from '@mammoline/kernel';

/** An error may quote what it found: longer ones would make a message that the broker refuses. */
const maxErrorLength = 16_384;

/**
 * The copy of a dead letter for the topic's `.dlq`: key, trace and bytes of the event, and what became of it in extension attributes. The row in the
 * catalogue is what is replayed. Its id is new, since the event's own is in the outbox already, and an event may die more than once.
 */
export function deadLetterEvent(letter: Omit<DeadLetterRecord, 'id' | 'createdAt' | 'replayedAt'>): OutboxRow {
  const { stage, eventId, topic, key, source, traceparent, payload, eventTime, errorKind, error, attempts } = letter;
  return {
    id: newUuid(),
    topic: deadLetterTopic(topic),
    key,
    source: `/mammoline/${stage}`,
    traceparent,
    extensions: {
      originalid: eventId,
      originaltype: topic,
      originalsource: source,
      originaltime: eventTime.toISOString(),
      stage,
      errorkind: errorKind,
      error: error.slice(0, maxErrorLength),
      attempts: String(attempts),
    },
    payload,
  };
}
