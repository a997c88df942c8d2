import { openCatalogue, type Catalogue, type DeadLetterRecord } from '@mammoline/catalogue';
import { deadLetterTopic, outgoing, trainingRequested } from '@mammoline/contracts';
import { invalid, newUuid } from '@mammoline/kernel';
import { createTestDatabase, startTestKafka, stopTestKafka, whyNoKafka, type TestDatabase } from '@mammoline/testing';
import { Kafka, logLevel } from 'kafkajs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { replayDeadLetters } from './replay-dead-letters.ts';
import { parseConfig } from './runtime-config.ts';
import { bindStage, done } from './stage.ts';
import { startService, type RunningService } from './start-service.ts';

const reason = whyNoKafka();
const patience = { timeout: 30_000, interval: 50 };
const stage = 'fragile';
const topic = trainingRequested.topic;
const firstPage = { pageSize: 100, pageToken: undefined };

describe.skipIf(reason !== undefined)(`dead letters over Kafka${reason === undefined ? '' : `: ${reason}`}`, { timeout: 120_000 }, () => {
  let directory: string;
  let database: TestDatabase;
  let catalogue: Catalogue;
  let service: RunningService;
  let kafka: Kafka;
  const world = { isBroken: true, lines: '' };
  const fatal: Error[] = [];
  /** What is in the `.dlq`: its headers and bytes. */
  const copies: { readonly headers: Readonly<Record<string, string>>; readonly key: string; readonly value: Buffer }[] = [];
  let reader: ReturnType<Kafka['consumer']>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mammoline-dead-letters-'));
    database = await createTestDatabase();
    catalogue = await openCatalogue({ url: database.url });
    const { brokers } = await startTestKafka(join(directory, 'kafka'));
    const environment = {
      MAMMOLINE_POSTGRES_URL: database.url,
      MAMMOLINE_BLOBS_URL: pathToFileURL(join(directory, 'blobs')).href,
      MAMMOLINE_TRANSPORT: 'kafka',
      MAMMOLINE_KAFKA_BROKERS: brokers,
    };
    service = await startService({
      definition: {
        name: stage,
        config: z.object({}),
        open: () =>
          Promise.resolve({
            stages: [
              bindStage({
                name: stage,
                on: trainingRequested,
                ports: {},
                stage: ({ runId }) =>
                  world.isBroken
                    ? Promise.reject(invalid('the header names Jane Doe'))
                    : Promise.resolve(
                        done({ write: (tx) => tx.saveRepair({ kind: 'test', subject: `${runId}/${newUuid()}`, was: '', now: '' }) }),
                      ),
              }),
            ],
          }),
      },
      config: parseConfig(environment, z.object({})),
      log: pino({ level: 'info' }, { write: (line: string) => (world.lines += line) }),
      onFatal: (error) => fatal.push(error),
    });
    kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING });
    reader = kafka.consumer({ groupId: 'reader', maxWaitTimeInMs: 200 });
    await reader.connect();
    await reader.subscribe({ topic: deadLetterTopic(topic), fromBeginning: true });
    await reader.run({
      eachMessage: ({ message }) => {
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)] as const);
        copies.push({ headers: Object.fromEntries(headers), key: String(message.key), value: message.value ?? Buffer.alloc(0) });
        return Promise.resolve();
      },
    });
  }, 240_000);
  afterAll(async () => {
    await reader.disconnect();
    await service.stop();
    await catalogue.close();
    await database.drop();
    await stopTestKafka(join(directory, 'kafka'), 'kill');
    await rm(directory, { recursive: true, force: true });
  });

  const letters = async (): Promise<readonly DeadLetterRecord[]> => (await catalogue.deadLetters(firstPage)).rows;
  const effects = async (runId: string): Promise<number | null> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM "Repair" WHERE subject LIKE $1', [`${runId}/%`]);
    await client.end();
    return rowCount;
  };

  it('are in the catalogue and in the .dlq, and are replayed from the catalogue with their effect once', async () => {
    const [id, runId] = [newUuid(), newUuid()];
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const event = outgoing(trainingRequested, { runId });
    world.isBroken = true;
    await catalogue.transaction((tx) => tx.appendOutbox([{ id, ...event, source: '/mammoline/test', traceparent }]));
    const letter = await vi.waitFor(async () => {
      const found = (await letters()).find(({ eventId }) => eventId === id);
      expect(found).toMatchObject({ stage, topic, errorKind: 'invalid', attempts: 1 });
      return found;
    }, patience);
    const copy = await vi.waitFor(() => {
      const found = copies.find(({ headers }) => headers['ce_originalid'] === id);
      expect(found).toBeDefined();
      return found;
    }, patience);
    expect(copy?.headers).toMatchObject({
      ce_type: deadLetterTopic(topic),
      ce_source: `/mammoline/${stage}`,
      ce_originaltype: topic,
      ce_originalsource: '/mammoline/test',
      ce_stage: stage,
      ce_errorkind: 'invalid',
      ce_error: 'the header names Jane Doe',
      ce_attempts: '1',
    });
    expect(copy?.headers['traceparent']).toContain('0af7651916cd43dd8448eb211c80319c');
    expect([copy?.key, copy?.value]).toEqual([event.key, Buffer.from(event.payload)]);
    expect(world.lines).toContain(id);
    expect(world.lines).not.toContain('Jane Doe');

    world.isBroken = false;
    const ids = letter === undefined ? [] : [letter.id];
    expect(await replayDeadLetters(catalogue, ids)).toHaveLength(1);
    await vi.waitFor(async () => {
      expect(await effects(runId)).toBe(1);
    }, patience);
    expect(await replayDeadLetters(catalogue, ids)).toEqual([]);
  });

  it("are made of strangers' messages, however they look, and the events behind them go on", async () => {
    world.isBroken = false;
    const before = (await letters()).length;
    const producer = kafka.producer();
    await producer.connect();
    const strange = [
      { key: null, value: null },
      { key: 'tombstone', value: null },
      { key: null, value: 'no headers' },
      {
        key: Buffer.from([0xff, 0x00, 0xed, 0xa0, 0x80]),
        value: Buffer.from([0xff, 0xff]),
        headers: { ce_id: '\0', ce_source: 'a\0b', traceparent: '\0' },
      },
      // As large as the topic takes: its copy, with the error beside it, is larger.
      { key: 'large', value: Buffer.alloc(1_048_000, 0xff), headers: { ce_time: '+275760-09-13T00:00:00.000Z' } },
    ];
    await producer.send({ topic, messages: strange.map((message) => ({ ...message, partition: 0 })) });
    const runId = newUuid();
    const event = outgoing(trainingRequested, { runId });
    await producer.send({
      topic,
      messages: [{ key: event.key, value: Buffer.from(event.payload), partition: 0, headers: { ce_id: newUuid() } }],
    });
    await producer.disconnect();
    await vi.waitFor(async () => {
      expect((await letters()).length).toBe(before + strange.length);
      expect(await effects(runId)).toBe(1);
    }, patience);
    await vi.waitFor(async () => {
      expect(copies.filter(({ headers }) => headers['ce_originalsource'] !== '/mammoline/test')).toHaveLength(strange.length);
      expect(await catalogue.outboxDepth()).toBe(0);
    }, patience);
    expect(fatal).toEqual([]);
  });
});
