import type { Catalogue, DeadLetterRecord } from '@mammoline/catalogue';
import type { Uuid } from '@mammoline/kernel';

/**
 * Sends dead letters' events again, under their own ids. The stage that gave an event up forgets it and takes it anew; every other stage knows it by its
 * inbox and lets it pass. In one transaction.
 * @param ids of dead letters; undefined: all that were not replayed yet
 */
export function replayDeadLetters(catalogue: Pick<Catalogue, 'transaction'>, ids?: readonly Uuid[]): Promise<readonly DeadLetterRecord[]> {
  return catalogue.transaction(async (tx) => {
    const letters = await tx.markReplayed(ids);
    const rows = letters.map(({ eventId, topic, key, source, traceparent, payload }) => ({
      id: eventId,
      topic,
      key,
      source,
      traceparent,
      payload,
    }));
    // One event that several stages gave up is sent once.
    const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
    if (unique.length > 0) await tx.republish(unique);
    return letters;
  });
}
