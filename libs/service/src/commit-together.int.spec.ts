import { openCatalogue, type Catalogue, type CatalogueTx } from '@mammoline/catalogue';
import { maskMerged, outgoing, trainingRequested, type EventEnvelope } from '@mammoline/contracts';
import { bug, conflict, deriveUuid, newUuid, unavailable, type Failure, type Uuid } from '@mammoline/kernel';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCommit, type Effect } from './commit-together.ts';
import { done, skip, type Outcome } from './stage.ts';

let database: TestDatabase;
let catalogue: Catalogue;
let sql: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = await openCatalogue({ url: database.url });
  sql = new Pool({ connectionString: database.url, max: 4 });
}, 60_000);
afterAll(async () => {
  await catalogue.close();
  await sql.end();
  await database.drop();
});

const newStage = (): string => `stage-${newUuid().slice(0, 8)}`;
const eventOf = (id = newUuid(), key = 'key'): EventEnvelope => ({
  id,
  topic: maskMerged.topic,
  key,
  source: '/mammoline/test',
  time: new Date(),
  traceparent: undefined,
  payload: new Uint8Array(),
});
const emit = [outgoing(trainingRequested, { runId: newUuid() })];
/** A write that can be counted: each commit of it leaves a row of its own. */
const save = (tx: CatalogueTx, id: Uuid): Promise<void> => tx.saveRepair({ kind: 'test', subject: `${id}/${newUuid()}`, was: '', now: '' });
const effectOf = (event: EventEnvelope, outcome: Outcome = done({ write: (tx) => save(tx, event.id), emit })): Effect => ({
  event,
  outcome,
  wallMs: 1,
});

interface Trace {
  readonly inbox: string | undefined;
  /** The transaction that wrote the inbox row. */
  readonly transaction: string | undefined;
  readonly writes: number;
  readonly events: number;
}
async function traceOf(stage: string, id: Uuid): Promise<Trace> {
  const inbox = await sql.query<{ outcome: string; xmin: string }>(
    'SELECT outcome, xmin::text FROM "Inbox" WHERE stage = $1 AND "eventId" = $2',
    [stage, id],
  );
  const writes = await sql.query('SELECT FROM "Repair" WHERE subject LIKE $1', [`${id}/%`]);
  const events = await sql.query('SELECT FROM "Outbox" WHERE id = $1', [deriveUuid(id, stage, 0)]);
  return {
    inbox: inbox.rows[0]?.outcome,
    transaction: inbox.rows[0]?.xmin,
    writes: writes.rowCount ?? 0,
    events: events.rowCount ?? 0,
  };
}
const whole = { inbox: 'done', writes: 1, events: 1 };
const nothing = { inbox: undefined, writes: 0, events: 0 };

test('effects that finish together share a transaction, up to the size', async () => {
  const stage = newStage();
  const commit = createCommit({ catalogue, stage, maxTogether: 4 });
  const events = Array.from({ length: 8 }, () => eventOf());
  expect(await Promise.all(events.map((event) => commit(effectOf(event))))).toEqual(events.map(() => true));
  const traces = await Promise.all(events.map(({ id }) => traceOf(stage, id)));
  for (const trace of traces) expect(trace).toMatchObject(whole);
  expect(new Set(traces.map(({ transaction }) => transaction)).size).toBe(2);
});

/** Not a Failure of ours: Postgres itself refuses the statement, and with it the whole transaction. */
const refused = (tx: CatalogueTx): Promise<void> => tx.saveEpoch(newUuid(), epoch);
const epoch = { epoch: 1, loss: 0, validationLoss: 0, validationDice: 0, validationIou: 0, seconds: 0 };

test.each([
  ['throws a defect', () => Promise.reject(bug('wrong sum')), 'bug'],
  ['conflicts', () => Promise.reject(conflict('the view has changed')), 'conflict'],
  ['lacks something', () => Promise.reject(unavailable('the second half')), 'unavailable'],
  ['is refused by Postgres', refused, 'bug'],
] as const)('an effect that %s leaves its neighbours done and nothing of itself', async (_what, fail, kind) => {
  const stage = newStage();
  const commit = createCommit({ catalogue, stage, maxTogether: 10 });
  const events = Array.from({ length: 7 }, () => eventOf());
  const bad = events[3] ?? expect.unreachable();
  const outcome = done({
    write: async (tx) => {
      await save(tx, bad.id);
      await fail(tx);
    },
    emit,
  });
  const settled = await Promise.allSettled(events.map((event) => commit(event === bad ? effectOf(bad, outcome) : effectOf(event))));
  for (const [at, event] of events.entries()) {
    if (event === bad) {
      expect(settled[at]).toMatchObject({ status: 'rejected', reason: { kind } });
      expect(await traceOf(stage, event.id)).toMatchObject(nothing);
    } else {
      expect(settled[at]).toEqual({ status: 'fulfilled', value: true });
      expect(await traceOf(stage, event.id)).toMatchObject(whole);
    }
  }
});

test('writes of other keys run beside each other, those of one key in turn', async () => {
  const commit = createCommit({ catalogue, stage: newStage(), maxTogether: 10 });
  const steps: string[] = [];
  const effects = ['a', 'b', 'a'].map((key, at) => {
    const write = async (tx: CatalogueTx): Promise<void> => {
      steps.push(`${key}${String(at)} begins`);
      await save(tx, newUuid());
      steps.push(`${key}${String(at)} ends`);
    };
    return effectOf(eventOf(newUuid(), key), done({ write }));
  });
  await Promise.all(effects.map(commit));
  expect(steps.slice(0, 2).sort()).toEqual(['a0 begins', 'b1 begins']);
  expect(steps.indexOf('a0 ends')).toBeLessThan(steps.indexOf('a2 begins'));
});

test('two deliveries of one event at once have one effect', async () => {
  const stage = newStage();
  const commit = createCommit({ catalogue, stage, maxTogether: 10 });
  const event = eventOf();
  const results = await Promise.all([effectOf(event), effectOf(eventOf()), effectOf(event)].map(commit));
  expect(results).toEqual([true, true, false]);
  expect(await traceOf(stage, event.id)).toMatchObject(whole);
});

test('transactions that lock several views lock them in one order', async () => {
  const stage = newStage();
  const views = await Promise.all(['P_00001', 'P_00002'].map(makeView));
  let writes = 0;
  const both = Promise.withResolvers<undefined>();
  const lockView = (at: number): Effect => {
    const view = views[at] ?? expect.unreachable();
    const outcome = done({
      write: async (tx) => {
        await lock(tx, view);
        writes += 1;
        if (writes === 2) both.resolve(undefined);
        // Gives the other transaction the time to lock what it takes first.
        await Promise.race([both.promise, new Promise((resolve) => setTimeout(resolve, 300))]);
      },
    });
    return effectOf(eventOf(newUuid(), view), outcome);
  };
  const [one, other] = [createCommit({ catalogue, stage, maxTogether: 2 }), createCommit({ catalogue, stage, maxTogether: 2 })];
  expect(await Promise.all([one(lockView(0)), one(lockView(1)), other(lockView(1)), other(lockView(0))])).toEqual([true, true, true, true]);
  // A deadlock would have rolled one of the two back, and written its effects again.
  expect(writes).toBe(4);
});

/** A row whose repeated saving waits for the transaction that saved it last. */
const makeView = async (key: string): Promise<string> => {
  await catalogue.transaction((tx) => lock(tx, key));
  return key;
};
const lock = (tx: CatalogueTx, key: string): Promise<void> => tx.saveRepair({ kind: 'lock', subject: key, was: '', now: '' });

const kinds = ['whole', 'skip', 'bug', 'conflict', 'refused', 'repeat', 'twin'] as const;

test('whatever comes together, each event has its whole effect once or none, and its own answer', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 9 }),
      async (plan, maxTogether) => {
        const stage = newStage();
        const commit = createCommit({ catalogue, stage, maxTogether });
        const taken = eventOf();
        expect(await commit(effectOf(taken))).toBe(true);
        const twin = eventOf();
        const failing =
          (error: Failure): ((event: EventEnvelope) => Effect) =>
          (event) =>
            effectOf(
              event,
              done({
                write: async (tx) => {
                  await save(tx, event.id);
                  throw error;
                },
                emit,
              }),
            );
        const make: Record<(typeof kinds)[number], (event: EventEnvelope) => Effect> = {
          whole: (event) => effectOf(event),
          skip: (event) => effectOf(event, skip('not yet')),
          bug: failing(bug('wrong sum')),
          conflict: failing(conflict('the view has changed')),
          refused: (event) => effectOf(event, done({ write: refused, emit })),
          repeat: () => effectOf(taken),
          twin: () => effectOf(twin),
        };
        const effects = plan.map((kind, at) => ({ kind, effect: make[kind](eventOf(newUuid(), `key-${String(at % 3)}`)) }));
        const settled = await Promise.allSettled(effects.map(({ effect }) => commit(effect)));
        const answers = settled.map((it) => (it.status === 'fulfilled' ? it.value : (it.reason as Failure).kind));
        const expected = { whole: true, skip: true, bug: 'bug', conflict: 'conflict', refused: 'bug', repeat: false } as const;
        for (const [at, { kind, effect }] of effects.entries()) {
          if (kind === 'twin') continue;
          expect([kind, answers[at]]).toEqual([kind, expected[kind]]);
          const left = await traceOf(stage, effect.event.id);
          if (kind === 'whole' || kind === 'repeat') expect(left).toMatchObject(whole);
          else expect(left).toMatchObject(kind === 'skip' ? { inbox: 'skip', writes: 0, events: 0 } : nothing);
        }
        const twins = answers.filter((_answer, at) => effects[at]?.kind === 'twin');
        expect(twins.filter((answer) => answer === true)).toHaveLength(twins.length > 0 ? 1 : 0);
        expect(await traceOf(stage, twin.id)).toMatchObject(twins.length > 0 ? whole : nothing);
      },
    ),
    { numRuns: 15 },
  );
});
