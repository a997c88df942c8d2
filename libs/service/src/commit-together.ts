import type { Catalogue, CatalogueTx, OutboxRow } from '@mammoline/catalogue';
import { inBatches } from '@mammoline/kernel';
import type { EventEnvelope } from '@mammoline/contracts';
import { outboxRows } from './outbox-rows.ts';
import type { Outcome } from './stage.ts';

/** What a stage decided about an event, and how long it took. */
export interface Effect {
  readonly event: EventEnvelope;
  readonly outcome: Outcome;
  readonly wallMs: number;
}

/** Transactions of one stage under way at once: Postgres works on one while the next is filled. */
const maxRunning = 2;

/**
 * Commits effects: the inbox row, the write and the events of each, whole or not at all. What finishes while transactions are under way shares the next one;
 * where that fails, each of its effects gets a transaction of its own, so that one that can't be written takes none of its neighbours down.
 * Resolves to true where the effect is ours; to false where another delivery of the event has recorded its own before, and nothing was written.
 */
export function createCommit(options: {
  readonly catalogue: Pick<Catalogue, 'transaction'>;
  readonly stage: string;
  readonly maxTogether: number;
}): (effect: Effect) => Promise<boolean> {
  const { catalogue, stage, maxTogether } = options;

  const commit = async (effects: readonly Effect[]): Promise<ReadonlySet<Effect>> =>
    catalogue.transaction(async (tx) => {
      const entries = effects.map(({ event, outcome, wallMs }) => ({
        eventId: event.id,
        outcome: outcome.kind,
        reason: outcome.kind === 'skip' ? outcome.reason : undefined,
        wallMs,
      }));
      const fresh = new Set(await tx.recordInbox(stage, entries));
      // Two deliveries of one event may be here: the first is it.
      const ours = new Set(effects.filter(({ event }) => fresh.delete(event.id)));
      const rows = await Promise.allSettled(
        [...Map.groupBy(ours, ({ event }) => event.key).values()].map((ofKey) => writeInTurn(tx, ofKey)),
      );
      // Only when none of them uses the transaction any more may it be taken back.
      const emitted = rows.flatMap((settled) => {
        if (settled.status === 'rejected') throw settled.reason;
        return settled.value;
      });
      if (emitted.length > 0) await tx.appendOutbox(emitted);
      return ours;
    });

  /** The events of one key see what those before them wrote. */
  const writeInTurn = async (tx: CatalogueTx, effects: readonly Effect[]): Promise<readonly OutboxRow[]> => {
    const rows: OutboxRow[] = [];
    for (const { event, outcome } of effects) {
      if (outcome.kind === 'skip') continue;
      const written = await outcome.write?.(tx);
      const events = typeof outcome.emit === 'function' ? outcome.emit(written) : outcome.emit;
      rows.push(...outboxRows(event.id, stage, event.traceparent, events));
    }
    return rows;
  };

  return inBatches({
    maxSize: maxTogether,
    maxRunning,
    work: async (effects) => {
      try {
        // By key, which is the view: two transactions that lock several views lock them in one order.
        const ours = await commit(effects.toSorted((a, b) => (a.event.key < b.event.key ? -1 : a.event.key > b.event.key ? 1 : 0)));
        return (effect) => ours.has(effect);
      } catch (error) {
        if (effects.length === 1) throw error;
        const settled = await Promise.allSettled(effects.map(async (effect) => (await commit([effect])).has(effect)));
        const results = new Map(effects.map((effect, at) => [effect, settled[at]]));
        return (effect) => {
          const result = results.get(effect);
          if (result?.status === 'fulfilled') return result.value;
          throw result?.reason;
        };
      }
    },
  });
}
