import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@mammoline/kernel';
import { newEvent, newTopic, startTestKafka, stopTestKafka, whyNoKafka } from '@mammoline/testing';
import { Kafka, logLevel } from 'kafkajs';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { openKafkaTransport } from './open-kafka-transport.ts';
import { throwing } from './throwing.fixture.ts';

const reason = whyNoKafka();
const within = { timeout: 180_000, interval: 200 };

describe.skipIf(reason !== undefined)(`a batch for several brokers${reason === undefined ? '' : `: ${reason}`}`, () => {
  it(
    'is not taken for published where a broker was lost with its part, and the others lead its partitions now',
    { timeout: 600_000 },
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'mammoline-kafka-'));
      const { brokers, nodes } = await startTestKafka(directory, { brokers: 3 });
      const [first, ...others] = brokers.split(',');
      const lost = nodes[0] ?? expect.unreachable('no broker');
      const log = pino({ level: process.env['SPEC_LOG'] ?? 'silent' });
      const transport = await openKafkaTransport({ brokers: others, clientId: 'spec', log, sessionTimeoutMs: 10_000 });
      // Asks a frozen broker too, and the next one soon.
      const admin = new Kafka({ brokers: others, requestTimeout: 2000, logLevel: logLevel.NOTHING }).admin();
      const topic = newTopic();
      try {
        expect(first).toBe(lost.advertised);
        await admin.connect();
        // As the relay does: a broker may hear of a new topic a moment after its controller made it.
        await vi.waitFor(() => transport.publish(Array.from({ length: 60 }, () => newEvent(topic))), within);
        const leaders = async () =>
          (await admin.fetchTopicMetadata({ topics: [topic] })).topics.flatMap(({ partitions }) => partitions.map(({ leader }) => leader));
        expect(new Set(await leaders()).size).toBe(3);

        // Its part is under way, and the others' are acknowledged, when it is lost.
        process.kill(lost.pid, 'SIGSTOP');
        const events = Array.from({ length: 60 }, () => newEvent(topic));
        const publishing = transport.publish(events).then(
          () => 'published' as const,
          (error: unknown) =>
            error instanceof Failure && error.kind === 'unavailable' ? 'again' : throwing(new Error('unexpected', { cause: error })),
        );
        await vi.waitFor(async () => {
          expect(await leaders()).not.toContain(lost.id);
        }, within);
        await sleep(3000);
        process.kill(lost.pid, 'SIGKILL');
        for (let answer = await publishing; answer === 'again';)
          answer = await transport.publish(events).then(
            () => 'published' as const,
            () => sleep(200).then(() => 'again' as const),
          );

        const seen = new Set<string>();
        await transport.consume({
          group: 'counting',
          topics: [topic],
          concurrency: 4,
          handle: ({ event }) => {
            seen.add(event.id);
            return Promise.resolve({ kind: 'ack' });
          },
          onFatal: throwing,
        });
        await vi.waitFor(() => {
          expect(events.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual([]);
        }, within);
      } finally {
        await admin.disconnect();
        await transport.close();
        await stopTestKafka(directory, 'kill');
        await rm(directory, { recursive: true, force: true });
      }
    },
  );
});
