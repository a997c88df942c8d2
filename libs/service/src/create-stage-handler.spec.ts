import { imageCatalogued, type EventEnvelope } from '@mammoline/contracts';
import { invalid, newUuid, parsePatientCode, systemClock, unavailable } from '@mammoline/kernel';
import type { Delivery } from '@mammoline/messaging';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { createStageHandler, type StageHandlerOptions } from './create-stage-handler.ts';
import { bindStage, done, type Outcome, type StageContext } from './stage.ts';
import { createTelemetry } from './telemetry.ts';

const patient = parsePatientCode('P_00042');
if (patient === undefined) throw new Error('the test names no patient');
const view = { patient, laterality: 'LEFT', position: 'CC' } as const;

/** Failures of Postgres that a real one does not give on demand; all else is in the specs that run on one. */
describe('createStageHandler without Postgres', () => {
  const fatal: Error[] = [];
  const lines: string[] = [];
  const options: StageHandlerOptions = {
    catalogue: {
      eventsTaken: () => Promise.resolve(new Set()),
      transaction: () => Promise.reject(unavailable('Postgres does not answer')),
    },
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    telemetry: createTelemetry('test'),
    clock: systemClock,
    random: () => 0.5,
    maxAttempts: 8,
    onFatal: (error) => void fatal.push(error),
  };
  const handlerOf = (run: (context: StageContext) => Promise<Outcome>, changes: Partial<StageHandlerOptions> = {}, timeLimitMs = 1000) =>
    createStageHandler(
      bindStage({ name: 'mask-merger', on: imageCatalogued, ports: {}, timeLimitMs, stage: (_event, _ports, context) => run(context) }),
      { ...options, ...changes },
    );
  const deliveryOf = (attempt: number, signal = new AbortController().signal): Delivery => ({ event: event(), attempt, signal });

  beforeEach(() => {
    fatal.length = 0;
    lines.length = 0;
  });

  it('tries again later, and later each time, with jitter', async () => {
    const delay = async (attempt: number, random: number): Promise<number> => {
      const disposition = await handlerOf(() => Promise.resolve(done({})), { random: () => random })(deliveryOf(attempt));
      return disposition.kind === 'retry' ? disposition.delayMs : Number.NaN;
    };
    expect([await delay(1, 0), await delay(1, 1)]).toEqual([250, 500]);
    expect([await delay(4, 0), await delay(4, 1)]).toEqual([2000, 4000]);
    expect([await delay(7, 0), await delay(7, 1)]).toEqual([16_000, 32_000]);
    expect(fatal).toEqual([]);
  });

  it('stops the consumer where a dead letter cannot be written, and acknowledges nothing', async () => {
    const disposition = await handlerOf(() => Promise.reject(invalid('no mammogram')))(deliveryOf(1));
    expect(disposition.kind).toBe('retry');
    expect(fatal).toHaveLength(1);
    expect(fatal[0]?.message).toContain('could not write a dead letter');
  });

  it('gives up waiting for a stage that outlasts its time limit, also where it does not listen', async () => {
    let aborted: unknown;
    const handle = handlerOf(
      ({ signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = signal.reason;
          });
        }),
      {},
      30,
    );
    expect((await handle(deliveryOf(1))).kind).toBe('retry');
    expect(aborted).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('30 ms') as string });
  });

  it('buries nothing that was interrupted by a stop', async () => {
    const stop = new AbortController();
    const handling = handlerOf(() => new Promise(() => undefined))(deliveryOf(8, stop.signal));
    stop.abort(new Error('stopping'));
    expect(await handling).toEqual({ kind: 'retry', delayMs: 0 });
    expect(fatal).toEqual([]);
  });

  it('writes no patient into the log', async () => {
    await handlerOf(() => Promise.reject(invalid('no mammogram for P_00042_LEFT_CC')))(deliveryOf(1));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain('P_00042');
  });
});

const event = (): EventEnvelope => {
  const data = { view, abnormalityKind: 'MASS', imageKind: 'MASK', imageId: newUuid() } as const;
  return {
    id: newUuid(),
    topic: imageCatalogued.topic,
    key: imageCatalogued.key(data),
    source: '/mammoline/test',
    time: new Date(),
    traceparent: undefined,
    payload: imageCatalogued.encode(data),
  };
};
