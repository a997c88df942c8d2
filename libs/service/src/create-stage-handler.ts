import type { Catalogue } from '@mammoline/catalogue';
import { backoffDelayMs, describeError, Failure, inBatches, toFailure, type Clock, type Uuid } from '@mammoline/kernel';
import type { Delivery, Disposition } from '@mammoline/messaging';
import type { Logger } from 'pino';
import { createCommit } from './commit-together.ts';
import { deadLetterEvent } from './dead-letter-event.ts';
import type { StageBinding } from './stage.ts';
import type { Telemetry } from './telemetry.ts';
import { recordError } from './tracing/record-error.ts';
import { withinTime } from './within-time.ts';

export interface StageHandlerOptions {
  readonly catalogue: Pick<Catalogue, 'eventsTaken' | 'transaction'>;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** Uniform in [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** Deliveries after which an unavailable event becomes a dead letter. */
  readonly maxAttempts: number;
  /** A dead letter could not be written: the one thing that a consumer does not survive. */
  readonly onFatal: (error: Error) => void;
}

const retryDelays = { firstDelayMs: 500, maxDelayMs: 60_000 };
const maxReloads = 3;
/** Events that are looked up in the inbox by one statement, and such statements at once. */
const lookUps = { maxSize: 500, maxRunning: 2 };

/** What runs a stage for each delivery: dedupe, time limit, one transaction, and what becomes of failures. */
export function createStageHandler(binding: StageBinding, options: StageHandlerOptions): (delivery: Delivery) => Promise<Disposition> {
  const { catalogue, telemetry, clock, maxAttempts, random } = options;
  const stage = binding.name;

  const isTaken = inBatches<Uuid, boolean>({
    ...lookUps,
    work: async (ids) => {
      const taken = await catalogue.eventsTaken(stage, ids);
      return (id) => taken.has(id);
    },
  });
  const commit = createCommit({ catalogue, stage, maxTogether: binding.commitTogether });

  /** Runs and commits; on a conflict reads again and runs again, at once and a few times. */
  const runAndCommit = async (delivery: Delivery, log: Logger, startedMs: number): Promise<'done' | 'skip' | 'repeat'> => {
    for (let reload = 0; ; reload += 1) {
      try {
        const outcome = await withinTime(binding.timeLimitMs, stage, delivery.signal, (signal) =>
          binding.run(delivery.event.payload, { eventId: delivery.event.id, signal, log }),
        );
        if (!(await commit({ event: delivery.event, outcome, wallMs: clock.nowMs() - startedMs }))) return 'repeat';
        if (outcome.kind === 'skip') log.debug({ reason: outcome.reason }, 'skipped');
        return outcome.kind;
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== 'conflict' || reload >= maxReloads) throw error;
        log.debug({ reload: reload + 1, err: describeError(error) }, 'what was read has changed; reading it again');
      }
    }
  };

  const bury = async ({ event, attempt }: Delivery, failure: Failure, wallMs: number): Promise<void> => {
    await catalogue.transaction(async (tx) => {
      const fresh = await tx.recordInbox(stage, [{ eventId: event.id, outcome: 'dead', reason: failure.kind, wallMs }]);
      if (!fresh.has(event.id)) return;
      const letter = {
        stage,
        eventId: event.id,
        topic: event.topic,
        key: event.key,
        source: event.source,
        traceparent: event.traceparent,
        payload: event.payload,
        eventTime: event.time,
        errorKind: failure.kind,
        error: describeError(failure),
        attempts: attempt,
      };
      await tx.saveDeadLetter(letter);
      await tx.appendOutbox([deadLetterEvent(letter)]);
    });
    telemetry.deadLetters.inc({ stage, kind: failure.kind });
  };

  const onFailure = async (delivery: Delivery, error: unknown, log: Logger, wallMs: number): Promise<Disposition> => {
    // Stopped, or lost to another consumer: the transport has given the event back, and does not wait for this answer.
    if (delivery.signal.aborted) return { kind: 'retry', delayMs: 0 };
    const failure = toFailure(error, 'bug', `stage ${stage} threw`);
    recordError(telemetry.tracing.activeSpan(), failure);
    const passes = failure.kind === 'unavailable' || failure.kind === 'conflict';
    if (passes && delivery.attempt < maxAttempts) {
      const delayMs = backoffDelayMs(delivery.attempt, retryDelays, random);
      telemetry.stageRetries.inc({ stage, kind: failure.kind });
      log.warn({ kind: failure.kind, attempt: delivery.attempt, delayMs, err: describeError(failure) }, 'an event is tried again later');
      return { kind: 'retry', delayMs };
    }
    try {
      await bury(delivery, failure, wallMs);
    } catch (cause) {
      options.onFatal(new Error(`stage ${stage} could not write a dead letter: ${describeError(cause)}`, { cause }));
      return { kind: 'retry', delayMs: retryDelays.firstDelayMs };
    }
    // The message of bad input may name a patient: it is in the dead letter, and not in the log.
    log.error(
      { kind: failure.kind, attempt: delivery.attempt, ...(failure.kind === 'invalid' ? {} : { err: failure }) },
      'an event became a dead letter',
    );
    return { kind: 'ack' };
  };

  return async (delivery) => {
    const { event, attempt } = delivery;
    const log = options.log.child({ stage, eventId: event.id });
    const startedMs = clock.nowMs();
    const observe = (outcome: string): void => {
      const wallMs = clock.nowMs() - startedMs;
      telemetry.stageSeconds.observe({ stage, outcome }, wallMs / 1000);
      telemetry.tracing.activeSpan()?.setAttribute('mammoline.outcome', outcome);
      log.info({ outcome, attempt, wallMs }, 'event taken');
    };
    telemetry.stageInFlight.inc({ stage });
    try {
      observe((await isTaken(event.id)) ? 'repeat' : await runAndCommit(delivery, log, startedMs));
      return { kind: 'ack' };
    } catch (error) {
      const disposition = await onFailure(delivery, error, log, clock.nowMs() - startedMs);
      observe(disposition.kind === 'ack' ? 'dead' : 'retry');
      return disposition;
    } finally {
      telemetry.stageInFlight.dec({ stage });
    }
  };
}
