import { backoffDelayMs, describeError } from '@mammoline/kernel';
import type { Consumer, ConsumerOptions, Disposition } from '../transport.ts';
import { isConnectionTrouble } from './is-connection-trouble.ts';
import type { Claim, JobStore } from './job-store.ts';
import { queueName } from './queue-schema.ts';
import { Wake } from './wake.ts';
import type { Logger } from 'pino';

/** At rest a consumer is woken by NOTIFY; it also looks by itself, for what other processes put back and for a lost wake-up. */
const pollMs = 1000;
const reclaimIntervalMs = 2000;
/** Pause before an event comes again whose handler threw. */
const thrownDelayMs = 1000;
const trouble = { firstDelayMs: 200, maxDelayMs: 5000 };

export interface PostgresConsumer extends Consumer {
  /** Another process, or time, may have put work into one of the queues. */
  wake(queue: string | undefined): void;
  /** Some claims may be gone to others; stop working on those. */
  checkClaims(): Promise<void>;
}

interface Running {
  readonly claim: Claim;
  readonly abort: AbortController;
}

/** Takes jobs of a group's queues, never more at once than allowed, and settles each as its handler decides. */
export function startPostgresConsumer(options: ConsumerOptions, store: JobStore, log: Logger): PostgresConsumer {
  const queues = options.topics.map((topic) => queueName(options.group, topic));
  const running = new Map<string, Running>();
  const wake = new Wake();
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;
  let released = false;
  let idle: (() => void) | undefined;

  const wakeAfter = (delayMs: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake.notify();
    }, delayMs);
    timers.add(timer);
  };

  const handle = async ({ claim, abort }: Running): Promise<Disposition> => {
    try {
      return await options.handle({ event: claim.event, attempt: claim.attempt, signal: abort.signal });
    } catch (error) {
      log.error({ err: error, group: options.group, eventId: claim.event.id }, 'a handler threw; its event comes again');
      return { kind: 'retry', delayMs: thrownDelayMs };
    }
  };

  /** Settles through Postgres' absences: the work is done, forgetting that would repeat it. */
  const settle = async (claim: Claim, disposition: Disposition): Promise<void> => {
    for (let attempt = 1; !released; attempt += 1) {
      try {
        if (!(await store.settle(claim, disposition)))
          log.warn({ group: options.group, eventId: claim.event.id }, 'an event was lost to another consumer');
        if (disposition.kind === 'retry') wakeAfter(disposition.delayMs + 10);
        return;
      } catch (error) {
        if (!isConnectionTrouble(error)) throw error;
        log.warn({ group: options.group, eventId: claim.event.id, err: describeError(error) }, 'could not settle an event; trying again');
        await new Promise((resolve) => setTimeout(resolve, backoffDelayMs(attempt, trouble, Math.random)));
      }
    }
  };

  const start = (claim: Claim): void => {
    const entry: Running = { claim, abort: new AbortController() };
    running.set(claim.jobId, entry);
    void (async () => {
      try {
        const disposition = await handle(entry);
        if (!entry.abort.signal.aborted) await settle(claim, disposition);
      } catch (error) {
        fail(error);
      } finally {
        running.delete(claim.jobId);
        wake.notify();
        if (running.size === 0) idle?.();
      }
    })();
  };

  const fail = (error: unknown): void => {
    if (stopping) return;
    stopping = true;
    wake.notify();
    options.onFatal(new Error(`consumer ${options.group} can't go on: ${describeError(error)}`, { cause: error }));
  };

  const takeRound = async (): Promise<boolean> => {
    let took = false;
    for (const queue of queues) {
      const free = options.concurrency - running.size;
      if (stopping || free <= 0) break;
      const claims = await store.take(queue, free);
      for (const claim of claims) start(claim);
      took ||= claims.length > 0;
    }
    // The topic that was first is last next time, so that a full one can't starve the others.
    const first = queues.shift();
    if (first !== undefined) queues.push(first);
    return took;
  };

  const pump = async (): Promise<void> => {
    let nextReclaimMs = 0;
    let attempt = 0;
    while (!stopping) {
      try {
        if (Date.now() >= nextReclaimMs) {
          nextReclaimMs = Date.now() + reclaimIntervalMs;
          const orphans = await store.reclaimOrphans(queues);
          if (orphans > 0) log.warn({ group: options.group, orphans }, 'took back events of a consumer that died');
        }
        const took = await takeRound();
        attempt = 0;
        if (!took || running.size >= options.concurrency) await wake.wait(pollMs);
      } catch (error) {
        if (!isConnectionTrouble(error)) {
          fail(error);
          return;
        }
        attempt += 1;
        log.warn({ group: options.group, err: describeError(error) }, 'the queue does not answer; trying again');
        await wake.wait(backoffDelayMs(attempt, trouble, Math.random));
      }
    }
  };

  const pumping = pump();
  return {
    wake: (queue) => {
      if (queue === undefined || queues.includes(queue)) wake.notify();
    },
    checkClaims: async () => {
      const held = await store.stillHeld([...running.values()].map(({ claim }) => claim));
      for (const { claim, abort } of running.values()) {
        if (!held.has(claim.jobId)) abort.abort(new Error('the event was lost to another consumer'));
      }
    },
    stop: async (graceMs) => {
      stopping = true;
      wake.notify();
      await pumping;
      if (running.size > 0 && graceMs > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, graceMs);
          idle = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      released = true;
      for (const timer of timers) clearTimeout(timer);
      const left = [...running.values()];
      for (const { abort } of left) abort.abort(new Error('the consumer stops and its grace time is over'));
      if (left.length > 0) {
        log.warn({ group: options.group, events: left.length }, 'handing back events that did not finish within the grace time');
        await store.handBack(left.map(({ claim }) => claim));
      }
    },
  };
}
