import type { EventEnvelope } from '@mammoline/contracts';
import type { Delivery, Disposition } from '../transport.ts';

/** Pause before an event comes again whose handler threw. */
const thrownDelayMs = 1000;

export interface KeyedWorkOptions {
  readonly concurrency: number;
  readonly handle: (delivery: Delivery) => Promise<Disposition>;
  readonly onThrow: (event: EventEnvelope, error: unknown) => void;
  /** Something finished: offsets may be committed, partitions resumed. */
  readonly onProgress: () => void;
}

/** What one partition has in hand. Offsets are numbers: 2^53 of them last. */
interface PartitionWork {
  /** Offset of the next message that is new to us. */
  next: number;
  /** Insertion order is ascending: the first is the lowest. */
  readonly unfinished: Set<number>;
  readonly lanes: Map<string, Lane>;
  readonly abort: AbortController;
}

interface Item {
  readonly offset: number;
  readonly event: EventEnvelope;
  attempt: number;
}

/** The events of one key of one partition, in their order: the first runs or waits, the others wait for it. */
interface Lane {
  readonly work: PartitionWork;
  readonly key: string;
  readonly items: Item[];
  timer: NodeJS.Timeout | undefined;
}

/** What of a partition is finished. */
export interface Finished {
  readonly below: number;
  readonly beyond: number;
}

export type KeyedWork = ReturnType<typeof createKeyedWork>;

/**
 * Handles the messages of any number of partitions: keys beside each other, the events of a key one after the other, never more at once than
 * allowed. An event that is to come again holds its key and its offset, and nothing else.
 */
export function createKeyedWork(options: KeyedWorkOptions) {
  const partitions = new Map<string, PartitionWork>();
  const ready: Lane[] = [];
  let running = 0;
  let stopping = false;
  let idle: (() => void) | undefined;

  const dispatch = (): void => {
    while (!stopping && running < options.concurrency) {
      const lane = ready.shift();
      if (lane === undefined) return;
      if (!lane.work.abort.signal.aborted) void run(lane);
    }
  };

  const run = async (lane: Lane): Promise<void> => {
    const item = lane.items[0];
    if (item === undefined) return;
    running += 1;
    const { signal } = lane.work.abort;
    const { event, attempt } = item;
    let disposition: Disposition;
    try {
      disposition = await options.handle({ event, attempt, signal });
    } catch (error) {
      options.onThrow(event, error);
      disposition = { kind: 'retry', delayMs: thrownDelayMs };
    }
    running -= 1;
    if (!signal.aborted) settle(lane, item, disposition);
    dispatch();
    if (running === 0) idle?.();
  };

  const settle = (lane: Lane, item: Item, disposition: Disposition): void => {
    if (disposition.kind === 'retry') {
      item.attempt += 1;
      lane.timer = setTimeout(() => {
        ready.push(lane);
        dispatch();
      }, disposition.delayMs);
      return;
    }
    lane.items.shift();
    lane.work.unfinished.delete(item.offset);
    if (lane.items.length > 0) ready.push(lane);
    else lane.work.lanes.delete(lane.key);
    options.onProgress();
  };

  const drop = (name: string, reason: Error): void => {
    const work = partitions.get(name);
    if (work === undefined) return;
    partitions.delete(name);
    for (const lane of work.lanes.values()) clearTimeout(lane.timer);
    work.abort.abort(reason);
  };

  return {
    /** Takes what is new of a partition; a repeat of what is in hand is passed over. */
    accept: (name: string, messages: readonly { readonly offset: number; readonly event: EventEnvelope }[]): void => {
      let work = partitions.get(name);
      if (work === undefined) {
        work = { next: messages[0]?.offset ?? 0, unfinished: new Set(), lanes: new Map(), abort: new AbortController() };
        partitions.set(name, work);
      }
      for (const { offset, event } of messages) {
        if (offset < work.next) continue;
        work.next = offset + 1;
        work.unfinished.add(offset);
        const lane = work.lanes.get(event.key);
        if (lane !== undefined) {
          lane.items.push({ offset, event, attempt: 1 });
          continue;
        }
        const opened: Lane = { work, key: event.key, items: [{ offset, event, attempt: 1 }], timer: undefined };
        work.lanes.set(event.key, opened);
        ready.push(opened);
      }
      dispatch();
    },
    /** Of each partition the offset below which everything is finished, and how many are after it. */
    finished: (): ReadonlyMap<string, Finished> =>
      new Map(
        [...partitions].map(([name, work]) => {
          const below = work.unfinished.values().next().value ?? work.next;
          return [name, { below, beyond: work.next - below - work.unfinished.size }];
        }),
      ),
    /** Forgets a partition; its handlers are told. */
    drop,
    inHand: (name: string): number => partitions.get(name)?.unfinished.size ?? 0,
    /** Forgets partitions that are another's now; their handlers are told. */
    keepOnly: (names: ReadonlySet<string>): void => {
      for (const name of [...partitions.keys()]) if (!names.has(name)) drop(name, new Error('the partition was given to another consumer'));
    },
    /** Starts nothing more and waits for what runs, at most the grace time. Returns how many did not finish. */
    drain: async (graceMs: number): Promise<number> => {
      stopping = true;
      if (running > 0 && graceMs > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, graceMs);
          idle = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return running;
    },
    dropAll: (reason: Error): void => {
      for (const name of [...partitions.keys()]) drop(name, reason);
    },
  };
}
