import { newUuid, sleep } from '@mammoline/kernel';
import { emptyTables, type Ground } from './open-ground.ts';
import { sampleEvent, sampleTraceparent } from './sample-events.ts';
import { startNoopService, type NoopOptions } from './start-noop-service.ts';
import { summarise, type Delays } from './summarise.ts';

const tickMs = 10;
const warmUpSeconds = 5;

/**
 * The time from just before an event is put into the outbox to its handler, under a steady load: `perSecond` events a second go in, ten milliseconds' worth in a
 * transaction, beside what the handlers themselves send.
 */
export async function measureDelay(
  ground: Ground,
  { perSecond, seconds, ...options }: NoopOptions & { readonly perSecond: number; readonly seconds: number },
): Promise<Delays> {
  await emptyTables(ground);
  const service = await startNoopService(ground, options);
  try {
    let sent = 0;
    const load = async (forSeconds: number): Promise<void> => {
      const startMs = performance.now();
      const from = sent;
      for (let elapsedMs = 0; elapsedMs < forSeconds * 1000; elapsedMs = performance.now() - startMs) {
        const due = from + Math.floor((elapsedMs / 1000) * perSecond) - sent;
        if (due > 0) await putIntoOutbox(ground, sent, due);
        sent += Math.max(0, due);
        await sleep(tickMs);
      }
    };
    await load(warmUpSeconds);
    await service.report();
    await load(seconds);
    const delaysMs: number[] = [];
    for (let handled = 0; handled < sent;) {
      await sleep(100);
      const report = await service.report();
      delaysMs.push(...report.delaysMs);
      handled = report.handled;
    }
    return summarise(delaysMs);
  } finally {
    await service.stop();
  }
}

async function putIntoOutbox({ sql }: Ground, from: number, count: number): Promise<void> {
  const sentMs = Date.now();
  const events = Array.from({ length: count }, (_, at) => sampleEvent(from + at, sentMs));
  await sql.query(
    `WITH put AS (
       INSERT INTO "Outbox" (id, topic, key, source, traceparent, payload)
       SELECT id, topic, key, '/mammoline/bench', $5, payload FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[]) AS e(id, topic, key, payload)
     ) SELECT pg_notify('mammoline_outbox', '')`,
    [
      events.map(() => newUuid()),
      events.map(({ topic }) => topic),
      events.map(({ key }) => key),
      events.map(({ payload }) => Buffer.from(payload)),
      sampleTraceparent,
    ],
  );
}
