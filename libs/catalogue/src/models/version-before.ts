import type { Uuid } from '@mammoline/kernel';
import type { ModelMoveRecord } from '../records.ts';

/**
 * The version that a rollback leads to, of the moves of one alias, the oldest first: what was named before the present one was promoted. A rollback takes
 * its version off the pile, so that the next one goes back further and not to and fro.
 */
export function versionBefore(moves: readonly Pick<ModelMoveRecord, 'cause' | 'to'>[]): Uuid | undefined {
  const pile: Uuid[] = [];
  for (const { cause, to } of moves) {
    if (cause === 'ROLLBACK') pile.pop();
    else pile.push(to);
  }
  return pile.at(-2);
}
