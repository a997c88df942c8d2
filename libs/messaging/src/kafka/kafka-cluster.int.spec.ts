import type { EventEnvelope } from '@mammoline/contracts';
import { Failure } from '@mammoline/kernel';
import { newEvent, newTopic, startTestKafka, stopTestKafka, whyNoKafka } from '@mammoline/testing';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { Transport } from '../transport.ts';
import { openKafkaTransport } from './open-kafka-transport.ts';
import { throwing } from './throwing.fixture.ts';

const reason = whyNoKafka();

/** Publishes as the relay does: what is refused while a broker is away is published again. */
async function publishAgain(transport: Transport, event: EventEnvelope): Promise<void> {
  for (;;) {
    try {
      await transport.publish([event]);
      return;
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'unavailable') throw error;
      await sleep(200);
    }
  }
}

/** The broker that a group's members come to: the leader of the partition in which its offsets are, by Java's hash of its name. */
async function coordinatorOf(group: string, admin: Admin): Promise<number> {
  const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
  const partitions = topics[0]?.partitions ?? [];
  const hash = Buffer.from(group, 'latin1').reduce((sum, byte) => (Math.imul(31, sum) + byte) | 0, 0);
  const leader = partitions.find(({ partitionId }) => partitionId === (hash & 0x7fffffff) % partitions.length)?.leader;
  if (leader === undefined) throw new Error('the group has no coordinator');
  return leader;
}

describe.skipIf(reason !== undefined)(`transport kafka on three brokers${reason === undefined ? '' : `: ${reason}`}`, () => {
  it('loses nothing while one of them is lost, and goes on without it', { timeout: 400_000 }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mammoline-kafka-'));
    const { brokers } = await startTestKafka(directory, { brokers: 3 });
    const transport = await openKafkaTransport({
      brokers: brokers.split(','),
      clientId: 'spec',
      log: pino({ level: process.env['SPEC_LOG'] ?? 'silent' }),
      sessionTimeoutMs: 10_000,
    });
    const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    const topic = newTopic();
    const published: string[] = [];
    const seen = new Set<string>();
    const stopping = new AbortController();
    const publishing = { done: Promise.resolve() };
    try {
      await transport.consume({
        group: 'surviving',
        topics: [topic],
        concurrency: 4,
        handle: ({ event }) => {
          seen.add(event.id);
          return Promise.resolve({ kind: 'ack' });
        },
        onFatal: throwing,
      });
      await admin.connect();
      // A broker may hear of a new topic a moment after its controller made it.
      const metadata = await vi.waitFor(() => admin.fetchTopicMetadata({ topics: [topic] }), { timeout: 30_000, interval: 100 });
      expect(metadata.topics[0]?.partitions.map(({ replicas }) => replicas.length)).toEqual(Array.from({ length: 6 }, () => 3));

      publishing.done = (async () => {
        while (!stopping.signal.aborted) {
          const event = newEvent(topic);
          await publishAgain(transport, event);
          published.push(event.id);
          await sleep(20);
        }
      })();
      const goesOn = async (): Promise<void> => {
        const before = { published: published.length, seen: seen.size };
        await vi.waitFor(
          () => {
            expect(published.length).toBeGreaterThan(before.published + 50);
            expect(seen.size).toBeGreaterThan(before.seen + 50);
          },
          { timeout: 90_000, interval: 100 },
        );
      };
      await goesOn();
      const broker = await coordinatorOf('surviving', admin);
      expect(metadata.topics[0]?.partitions.map(({ leader }) => leader)).toContain(broker);
      const startedMs = performance.now();
      await stopTestKafka(directory, 'kill', broker);
      await goesOn();
      if (process.env['SPEC_LOG'] !== undefined) console.log(`goes on after ${String(performance.now() - startedMs)} ms`);
      await startTestKafka(directory, { broker });
      await goesOn();
      stopping.abort();
      await publishing.done;
      await vi.waitFor(
        () => {
          expect(published.filter((id) => !seen.has(id))).toEqual([]);
        },
        { timeout: 60_000, interval: 100 },
      );
    } finally {
      stopping.abort();
      await publishing.done.catch(() => undefined);
      await admin.disconnect();
      await transport.close();
      await stopTestKafka(directory, 'kill');
      await rm(directory, { recursive: true, force: true });
    }
  });
});
