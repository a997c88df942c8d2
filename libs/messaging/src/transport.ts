import type { EventEnvelope } from '@mammoline/contracts';

/** An event handed to a consumer. */
export interface Delivery {
  readonly event: EventEnvelope;
  /** 1 for the first; counts redeliveries that the handler asked for. A crash in between repeats a number. */
  readonly attempt: number;
  /** Aborted when the consumer stops and its grace time is over, or the delivery was lost to another consumer. */
  readonly signal: AbortSignal;
}

/** What the handler decided. A throw is a bug of the runtime: the delivery comes again after a pause, and the consumer reports it. */
export type Disposition = { readonly kind: 'ack' } | { readonly kind: 'retry'; readonly delayMs: number };

export interface ConsumerOptions {
  /** Consumer group; each group gets every event of its topics at least once, from the topic's beginning, also those from before it first came. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Deliveries handled at once in this process. */
  readonly concurrency: number;
  readonly handle: (delivery: Delivery) => Promise<Disposition>;
  /** Called once with the reason if the consumer can't go on; the service then stops and is restarted. */
  readonly onFatal: (error: Error) => void;
}

export interface Consumer {
  /** Takes no more, waits for what runs, up to the grace time, then hands the rest back. */
  stop(graceMs: number): Promise<void>;
}

export interface GroupDepth {
  readonly group: string;
  readonly topic: string;
  /** Events that wait, retry or run. */
  readonly pending: number;
  /** Of a log: how far behind its end the group's committed offset is in each partition. More than `pending` where an event retries: what was finished after it counts. */
  readonly lags?: readonly { readonly partition: number; readonly lag: number }[];
}

/** Moves events at least once. Adapters pass one contract suite. Producers never call it: they write the outbox, and a relay publishes. */
export interface Transport {
  /** Publishes in order; resolves when all are safe. Repeats of an id within a topic may be delivered again. */
  publish(events: readonly EventEnvelope[]): Promise<void>;
  consume(options: ConsumerOptions): Promise<Consumer>;
  depths(): Promise<readonly GroupDepth[]>;
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}
