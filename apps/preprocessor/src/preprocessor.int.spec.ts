import { imageCatalogued, outgoing } from '@mammoline/contracts';
import { dicomLimitVariables } from '@mammoline/dicom';
import { newUuid, systemClock } from '@mammoline/kernel';
import { openPostgresTransport } from '@mammoline/messaging';
import type { PixelWorkers } from '@mammoline/preparation';
import { createTestDatabase, openStageBench } from '@mammoline/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import { preprocessor } from './preprocessor.ts';

test('no more events are in hand than the threads have work for: the others stay with the transport', async () => {
  const bench = await openStageBench();
  const database = await createTestDatabase();
  const log = pino({ level: 'silent' });
  const transport = await openPostgresTransport({ url: database.url, log });
  const held: PromiseWithResolvers<never>[] = [];
  /** Two threads that are busy until they are told that the work failed. */
  const pixels: PixelWorkers = {
    atOnce: 3,
    run: () => {
      const work = Promise.withResolvers<never>();
      held.push(work);
      return work.promise;
    },
    close: async () => undefined,
  };
  const { stages = [] } = await preprocessor(() => pixels).open(
    {
      ...bench,
      name: 'preprocessor',
      log,
      clock: systemClock,
      metrics: new Registry(),
      stopping: new AbortController().signal,
      inSpan: (_name, _attributes, work) => work(),
      commit: (_cause, { write }) => bench.catalogue.transaction(write),
    },
    dicomLimitVariables.parse({}),
  );
  expect(stages.map(({ concurrency }) => concurrency)).toEqual([3, 3]);
  const [stage = expect.unreachable('no stage')] = stages;

  const caseName = 'Mass-Test_P_00009_LEFT_CC';
  const view = { patient: (await bench.addImage(caseName, 'FULL', undefined, grey)).case?.patient ?? expect.unreachable('no case') };
  const crops = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((number) => bench.addImage(caseName, 'CROP', number, grey)));
  const events = crops.map(({ id }) =>
    outgoing(imageCatalogued, {
      view: { ...view, laterality: 'LEFT', position: 'CC' },
      abnormalityKind: 'MASS',
      imageKind: 'CROP',
      imageId: id,
    }),
  );
  const envelope = { source: '/spec', time: new Date(), traceparent: undefined };
  await transport.publish(events.map((event) => ({ ...envelope, ...event, id: newUuid() })));
  let finished = 0;
  const consumer = await transport.consume({
    group: stage.name,
    topics: [stage.topic],
    concurrency: stage.concurrency,
    handle: async ({ event, signal }) => {
      await stage.run(event.payload, { eventId: event.id, signal, log }).catch(() => undefined);
      finished += 1;
      return { kind: 'ack' };
    },
    onFatal: (error) => {
      throw error;
    },
  });
  for (let done = 0; done < crops.length; done += 1) {
    const inHand = Math.min(crops.length - done, 3);
    await vi.waitFor(() => expect(held).toHaveLength(done + inHand), { timeout: 20_000 });
    // Time for one too many to come.
    if (done === 0) await new Promise((resolve) => setTimeout(resolve, 300));
    expect(held).toHaveLength(done + inHand);
    held[done]?.reject(new Error('enough'));
    await vi.waitFor(() => expect(finished).toBe(done + 1), { timeout: 20_000 });
  }
  await consumer.stop(1000);
  await transport.close();
  await bench.close();
  await database.drop();
});

const grey = { rows: 8, columns: 8, data: new Uint8Array(64).map((_, at) => at) };
