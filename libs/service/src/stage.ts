import type { CatalogueTx } from '@mammoline/catalogue';
import type { EventType, OutgoingEvent } from '@mammoline/contracts';
import type { Uuid } from '@mammoline/kernel';
import type { Logger } from 'pino';

/** What a stage may know of the delivery. It knows neither the transport nor retries. */
export interface StageContext {
  readonly eventId: Uuid;
  /** Aborted on shutdown after the grace time, or when the stage's time limit is over. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What a stage decided; made by {@link done} and {@link skip}. */
export type Outcome =
  | {
      readonly kind: 'done';
      /**
       * Runs in the one short transaction that also records the inbox and the outbox, after or before the writes of other events. Where that is rolled back
       * it may run again in another: all that it changes is in `tx`.
       */
      readonly write: ((tx: CatalogueTx) => Promise<unknown>) | undefined;
      readonly emit: readonly OutgoingEvent[] | ((written: unknown) => readonly OutgoingEvent[]);
    }
  | { readonly kind: 'skip'; readonly reason: string };

/**
 * One typed async function: event in, outcome out.
 * It recomputes from the catalogue, outside any transaction; its write checks that what it read still holds.
 * It fails by throwing a Failure; anything else thrown counts as a bug.
 */
export type Stage<Input, Ports> = (event: Input, ports: Ports, context: StageContext) => Promise<Outcome>;

/**
 * The work is done: write its effect, then send events.
 * `emit` may be a function of what `write` returned (a revision, an id made in the transaction).
 */
export function done<Written = void>(effect: {
  readonly write?: (tx: CatalogueTx) => Promise<Written>;
  readonly emit?: readonly OutgoingEvent[] | ((written: Written) => readonly OutgoingEvent[]);
}): Outcome {
  const { write, emit = [] } = effect;
  return { kind: 'done', write, emit: typeof emit === 'function' ? (written) => emit(written as Written) : emit };
}

/** Nothing to do now, and why; a later event will bring the stage back. */
export function skip(reason: string): Outcome {
  return { kind: 'skip', reason };
}

/** A stage bound to its topic and ports, ready for the runtime. */
export interface StageBinding {
  /** Consumer group and inbox name: the service's, or `service.part` where a service has several stages. */
  readonly name: string;
  readonly topic: string;
  /** Deliveries handled at once. */
  readonly concurrency: number;
  /** Finished events that may share a transaction; 1: each has its own. */
  readonly commitTogether: number;
  /** A run over this long is aborted and counts as unavailable. */
  readonly timeLimitMs: number;
  readonly run: (payload: Uint8Array, context: StageContext) => Promise<Outcome>;
}

export function bindStage<Input, Ports>(options: {
  readonly name: string;
  readonly on: Pick<EventType<Input>, 'topic' | 'decode'>;
  readonly stage: Stage<Input, Ports>;
  readonly ports: Ports;
  readonly concurrency?: number;
  readonly commitTogether?: number;
  readonly timeLimitMs?: number;
}): StageBinding {
  return {
    name: options.name,
    topic: options.on.topic,
    concurrency: options.concurrency ?? 2,
    commitTogether: options.commitTogether ?? 64,
    timeLimitMs: options.timeLimitMs ?? 300_000,
    run: (payload, context) => options.stage(options.on.decode(payload), options.ports, context),
  };
}
