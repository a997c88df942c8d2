import { openCatalogue, type Catalogue, type DeadLetterRecord } from '@mammoline/catalogue';
import { maskMerged, outgoing, trainingRequested, type EventEnvelope } from '@mammoline/contracts';
import { bug, conflict, deriveUuid, invalid, newUuid, parseUuid, systemClock, unavailable, type Uuid } from '@mammoline/kernel';
import { openPostgresTransport, runOutboxRelay, type Delivery, type Transport } from '@mammoline/messaging';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createStageHandler } from './create-stage-handler.ts';
import { replayDeadLetters } from './replay-dead-letters.ts';
import { bindStage, done, skip, type Outcome, type StageContext } from './stage.ts';
import { createTelemetry } from './telemetry.ts';

const patience = { timeout: 15_000, interval: 20 };
const log = pino({ level: 'silent' });

describe('createStageHandler on Postgres', () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  let client: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    catalogue = await openCatalogue({ url: database.url });
    client = new Pool({ connectionString: database.url, max: 4 });
  }, 60_000);
  afterAll(async () => {
    await catalogue.close();
    await client.end();
    await database.drop();
  });

  const telemetry = createTelemetry('test');
  const handlerOf = (name: string, run: (runId: Uuid, context: StageContext) => Promise<Outcome>) =>
    createStageHandler(bindStage({ name, on: trainingRequested, ports: {}, stage: ({ runId }, _ports, context) => run(runId, context) }), {
      catalogue,
      log,
      telemetry,
      clock: systemClock,
      random: Math.random,
      maxAttempts: 3,
      onFatal: (error) => {
        throw error;
      },
    });
  /** An effect that can be counted: every commit of it leaves a row of its own. */
  const effect = (subject: string): Outcome =>
    done({
      write: (tx) => tx.saveRepair({ kind: 'test', subject: `${subject}/${newUuid()}`, was: 'a', now: 'b' }),
      emit: [outgoing(trainingRequested, { runId: newUuid() }), outgoing(trainingRequested, { runId: newUuid() })],
    });
  const effects = async (subject: string): Promise<number> =>
    (await client.query('SELECT 1 FROM "Repair" WHERE subject LIKE $1', [`${subject}/%`])).rowCount ?? 0;
  const inbox = async (stage: string, eventId: Uuid): Promise<unknown> =>
    (await client.query('SELECT outcome, reason FROM "Inbox" WHERE stage = $1 AND "eventId" = $2', [stage, eventId])).rows;
  const outbox = async (
    ids: readonly Uuid[],
  ): Promise<readonly { readonly id: string; readonly source: string; readonly traceparent: string }[]> =>
    (
      await client.query<{ id: string; source: string; traceparent: string }>(
        'SELECT id, source, traceparent FROM "Outbox" WHERE id = ANY($1) ORDER BY position',
        [ids],
      )
    ).rows;
  const letterOf = async (stage: string): Promise<DeadLetterRecord | undefined> =>
    (await catalogue.deadLetters({ pageSize: 1000, pageToken: undefined })).rows.find((letter) => letter.stage === stage);

  it('commits the write, the inbox and the events together, and lets a repeat pass without running', async () => {
    const stage = newStage();
    let runs = 0;
    const handle = handlerOf(stage, (runId) => {
      runs += 1;
      return Promise.resolve(effect(runId));
    });
    const event = newEvent({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    expect(await handle(deliveryOf(event))).toEqual({ kind: 'ack' });
    expect(await handle(deliveryOf(event, 2))).toEqual({ kind: 'ack' });
    expect([runs, await effects(runIdOf(event))]).toEqual([1, 1]);
    expect(await inbox(stage, event.id)).toEqual([{ outcome: 'done', reason: null }]);
    const ids = [deriveUuid(event.id, stage, 0), deriveUuid(event.id, stage, 1)];
    const rows = await outbox(ids);
    expect(rows.map((row) => [row.id, row.source])).toEqual(ids.map((id) => [id, `/mammoline/${stage}`]));
    // Nobody makes spans here: the cause stays the cause, so that a trace that passes through has no gap.
    expect(rows.map((row) => row.traceparent)).toEqual([event.traceparent, event.traceparent]);
  });

  it('has one effect where two runners take the same event at once', async () => {
    const stage = newStage();
    const both = Promise.withResolvers<undefined>();
    let runs = 0;
    const handle = handlerOf(stage, async (runId) => {
      runs += 1;
      if (runs === 2) both.resolve(undefined);
      await both.promise;
      return effect(runId);
    });
    const event = newEvent();
    expect(await Promise.all([handle(deliveryOf(event)), handle(deliveryOf(event))])).toEqual([{ kind: 'ack' }, { kind: 'ack' }]);
    expect([runs, await effects(runIdOf(event))]).toEqual([2, 1]);
  });

  it('gives each of many at once its own end, whatever becomes of its neighbours', async () => {
    const stage = newStage();
    const events = Array.from({ length: 12 }, () => newEvent());
    const [broken, busy, stale] = events.map(runIdOf);
    let reads = 0;
    const handle = handlerOf(stage, (runId) => {
      if (runId === stale) reads += 1;
      const isStale = runId === stale && reads === 1;
      if (runId !== broken && runId !== busy && !isStale) return Promise.resolve(effect(runId));
      const error = runId === broken ? bug('wrong sum') : isStale ? conflict('the view has changed') : unavailable('the disk is full');
      return Promise.resolve(done({ write: () => Promise.reject(error) }));
    });
    const ends = await Promise.all(events.map((event) => handle(deliveryOf(event))));
    expect(ends.map(({ kind }) => kind)).toEqual(events.map((_event, at) => (at === 1 ? 'retry' : 'ack')));
    expect(await Promise.all(events.map((event) => effects(runIdOf(event))))).toEqual(events.map((_event, at) => (at < 2 ? 0 : 1)));
    expect(reads).toBe(2);
    expect(await letterOf(stage)).toMatchObject({ eventId: events[0]?.id, errorKind: 'bug', attempts: 1 });
  });

  it('keeps nothing of a write that fails half-way', async () => {
    const stage = newStage();
    const event = newEvent();
    const handle = handlerOf(stage, (runId) =>
      Promise.resolve(
        done({
          write: async (tx) => {
            await tx.saveRepair({ kind: 'test', subject: `${runId}/half`, was: 'a', now: 'b' });
            throw unavailable('the second half');
          },
        }),
      ),
    );
    expect((await handle(deliveryOf(event))).kind).toBe('retry');
    expect([await effects(runIdOf(event)), await inbox(stage, event.id)]).toEqual([0, []]);
  });

  it('records a skip with its reason', async () => {
    const stage = newStage();
    const event = newEvent();
    const handle = handlerOf(stage, () => Promise.resolve(skip('waiting for 2 of 3 masks')));
    expect(await handle(deliveryOf(event))).toEqual({ kind: 'ack' });
    expect(await inbox(stage, event.id)).toEqual([{ outcome: 'skip', reason: 'waiting for 2 of 3 masks' }]);
  });

  it.each([
    ['invalid input', () => Promise.reject(invalid('no breast')), 'invalid', 'no breast'],
    ['a defect', () => Promise.reject(bug('wrong sum')), 'bug', 'wrong sum'],
    ['anything else thrown', () => Promise.reject(new TypeError('x is undefined')), 'bug', 'x is undefined'],
  ])('makes a dead letter of %s at once', async (_what, run, kind, message) => {
    const stage = newStage();
    const event = newEvent();
    expect(await handlerOf(stage, run)(deliveryOf(event))).toEqual({ kind: 'ack' });
    const letter = await letterOf(stage);
    expect(letter).toMatchObject({
      eventId: event.id,
      topic: event.topic,
      key: event.key,
      source: event.source,
      errorKind: kind,
      attempts: 1,
    });
    expect(letter?.error).toContain(message);
    expect(letter?.payload).toEqual(event.payload);
    const { rows } = await client.query(`SELECT topic, key, extensions, payload FROM "Outbox" WHERE extensions ->> 'originalid' = $1`, [
      event.id,
    ]);
    expect(rows).toEqual([
      {
        topic: `${event.topic}.dlq`,
        key: event.key,
        extensions: {
          originalid: event.id,
          originaltype: event.topic,
          originalsource: event.source,
          originaltime: event.time.toISOString(),
          stage,
          errorkind: kind,
          error: letter?.error,
          attempts: '1',
        },
        payload: Buffer.from(event.payload),
      },
    ]);
    expect(await inbox(stage, event.id)).toEqual([{ outcome: 'dead', reason: kind }]);
  });

  it('makes a dead letter of bytes that are not the event', async () => {
    const stage = newStage();
    await handlerOf(stage, (runId) => Promise.resolve(effect(runId)))(deliveryOf(newEvent({ payload: new Uint8Array([0xff, 0xff]) })));
    expect(await letterOf(stage)).toMatchObject({ errorKind: 'invalid' });
  });

  it('tries what is unavailable again, and gives it up after the last attempt', async () => {
    const stage = newStage();
    const event = newEvent();
    const handle = handlerOf(stage, () => Promise.reject(unavailable('the disk is full')));
    expect((await handle(deliveryOf(event, 1))).kind).toBe('retry');
    expect((await handle(deliveryOf(event, 2))).kind).toBe('retry');
    expect(await letterOf(stage)).toBeUndefined();
    expect(await handle(deliveryOf(event, 3))).toEqual({ kind: 'ack' });
    expect(await letterOf(stage)).toMatchObject({ errorKind: 'unavailable', attempts: 3 });
  });

  it('reads again at once after a conflict, three times at most', async () => {
    const stage = newStage();
    let runs = 0;
    const conflicting = (times: number) => (runId: Uuid) => {
      runs += 1;
      return Promise.resolve(runs > times ? effect(runId) : done({ write: () => Promise.reject(conflict('the view has changed')) }));
    };
    const event = newEvent();
    expect(await handlerOf(stage, conflicting(3))(deliveryOf(event))).toEqual({ kind: 'ack' });
    expect([runs, await effects(runIdOf(event))]).toEqual([4, 1]);
    runs = 0;
    const other = newEvent();
    expect((await handlerOf(newStage(), conflicting(Infinity))(deliveryOf(other))).kind).toBe('retry');
    expect([runs, await effects(runIdOf(other))]).toEqual([4, 0]);
  });

  describe('with the queue', () => {
    let transport: Transport;
    const stopping = new AbortController();
    let relay: Promise<void>;

    beforeAll(async () => {
      transport = await openPostgresTransport({ url: database.url, log });
      relay = runOutboxRelay({ url: database.url, transport, log, signal: stopping.signal });
    });
    afterAll(async () => {
      stopping.abort();
      await relay;
      await transport.close();
    });

    it('replays a dead letter to the stage that gave it up, and to no other', async () => {
      const [failing, healthy] = [newStage(), newStage()];
      let broken = true;
      const runs = { failing: 0, healthy: 0 };
      const consume = async (stage: string, run: (runId: Uuid) => Promise<Outcome>): Promise<void> => {
        await transport.consume({
          group: stage,
          topics: [trainingRequested.topic],
          concurrency: 1,
          handle: handlerOf(stage, run),
          onFatal: (error) => {
            throw error;
          },
        });
      };
      const runId = newUuid();
      await consume(failing, (id) => {
        if (id !== runId) return Promise.resolve(skip('another test'));
        runs.failing += 1;
        return broken
          ? Promise.reject(invalid('not yet understood'))
          : Promise.resolve(done({ write: (tx) => tx.saveRepair({ kind: 'test', subject: `${id}/x`, was: '', now: '' }) }));
      });
      await consume(healthy, (id) => {
        if (id === runId) runs.healthy += 1;
        return Promise.resolve(skip('fine'));
      });
      const id = newUuid();
      await catalogue.transaction((tx) =>
        tx.appendOutbox([{ id, ...outgoing(trainingRequested, { runId }), source: '/mammoline/test', traceparent: undefined }]),
      );
      await vi.waitFor(async () => {
        expect(await letterOf(failing)).toBeDefined();
        expect(runs).toEqual({ failing: 1, healthy: 1 });
      }, patience);

      // Replayed while it still fails: the same letter again, to be replayed again.
      const letters = [await letterOf(failing)].flatMap((letter) => (letter === undefined ? [] : [letter.id]));
      expect(await replayDeadLetters(catalogue, letters)).toHaveLength(1);
      await vi.waitFor(async () => {
        expect(runs.failing).toBe(2);
        expect(await letterOf(failing)).toMatchObject({ replayedAt: undefined });
      }, patience);

      broken = false;
      expect((await replayDeadLetters(catalogue, letters)).map((at) => at.stage)).toEqual([failing]);
      await vi.waitFor(async () => {
        expect(await effects(runId)).toBe(1);
      }, patience);
      await vi.waitFor(async () => {
        expect((await transport.depths()).every(({ pending }) => pending === 0)).toBe(true);
      }, patience);
      expect(runs).toEqual({ failing: 3, healthy: 1 });
      expect(await replayDeadLetters(catalogue, letters)).toEqual([]);
    });

    it('has its effect once where a process is killed between the commit and the acknowledgement', { timeout: 60_000 }, async () => {
      const [stage, event] = [newStage(), newEvent({ topic: maskMerged.topic })];
      const child = spawn(process.execPath, [fileURLToPath(new URL('dying-stage.fixture.ts', import.meta.url)), database.url, stage], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      await transport.publish([event]);
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      expect(signal).toBe('SIGKILL');
      expect(await effects(event.id)).toBe(1);

      const seen: Delivery[] = [];
      const handle = handlerOf(stage, () => Promise.resolve(effect(event.id)));
      await transport.consume({
        group: stage,
        topics: [maskMerged.topic],
        concurrency: 1,
        handle: (delivery) => {
          seen.push(delivery);
          return handle(delivery);
        },
        onFatal: (error) => {
          throw error;
        },
      });
      await vi.waitFor(
        () => {
          expect(seen.map((delivery) => delivery.event.id)).toEqual([event.id]);
        },
        { timeout: 30_000, interval: 50 },
      );
      await vi.waitFor(async () => {
        expect((await transport.depths()).find(({ group }) => group === stage)?.pending).toBe(0);
      }, patience);
      expect(await effects(event.id)).toBe(1);
    });
  });
});

const newStage = (): string => `stage-${newUuid().slice(0, 8)}`;
const newEvent = (attributes: Partial<EventEnvelope> = {}): EventEnvelope => ({
  id: newUuid(),
  topic: trainingRequested.topic,
  key: 'key',
  source: '/mammoline/test',
  time: new Date('2024-05-06T07:08:09.123Z'),
  traceparent: undefined,
  payload: trainingRequested.encode({ runId: newUuid() }),
  ...attributes,
});
const runIdOf = (event: EventEnvelope): Uuid => parseUuid(trainingRequested.decode(event.payload).runId);
const deliveryOf = (event: EventEnvelope, attempt = 1): Delivery => ({ event, attempt, signal: new AbortController().signal });
