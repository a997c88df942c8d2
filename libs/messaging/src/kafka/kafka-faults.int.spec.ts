import { newUuid } from '@mammoline/kernel';
import { startTestKafka, stopTestKafka, whyNoKafka } from '@mammoline/testing';
import { Kafka, logLevel, PartitionAssigners } from 'kafkajs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { openTransport } from './open-transport.fixture.ts';
import { newEvent, newTopic } from './spec-events.fixture.ts';

const reason = whyNoKafka();

describe.skipIf(reason !== undefined)(
  `transport kafka when things break${reason === undefined ? '' : `: ${reason}`}`,
  { concurrent: true, timeout: 240_000 },
  () => {
    it('goes on after a broker was killed and came back: what it refused is taken, and consumed', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'mammoline-kafka-'));
      const { brokers } = await startTestKafka(directory);
      const transport = await openTransport(brokers);
      try {
        const topic = newTopic();
        const seen = new Set<string>();
        await transport.consume({
          group: 'survivor',
          topics: [topic],
          concurrency: 4,
          handle: ({ event }) => {
            seen.add(event.id);
            return Promise.resolve({ kind: 'ack' });
          },
          onFatal: (error) => {
            throw error;
          },
        });
        const [before, after] = [newEvent(topic), newEvent(topic)];
        await transport.publish([before]);
        await vi.waitFor(
          () => {
            expect([...seen]).toEqual([before.id]);
          },
          { timeout: 10_000 },
        );
        await stopTestKafka(directory, 'kill');
        await expect(transport.publish([after])).rejects.toMatchObject({ kind: 'unavailable' });
        await startTestKafka(directory);
        await vi.waitFor(() => transport.publish([after]), { timeout: 30_000, interval: 200 });
        await vi.waitFor(
          () => {
            expect(seen).toContain(after.id);
          },
          { timeout: 60_000 },
        );
      } finally {
        await transport.close();
        await stopTestKafka(directory, 'kill');
        await rm(directory, { recursive: true, force: true });
      }
    });

    it('consumes again after its process was frozen for longer than the session', async () => {
      const { brokers } = await startTestKafka();
      const transport = await openTransport(brokers);
      const topic = newTopic();
      const group = 'frozen';
      const program = fileURLToPath(new URL('slow-consumer.fixture.ts', import.meta.url));
      const child = spawn(process.execPath, [program, brokers, group, topic], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        const said: string[] = [];
        createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
        const saying = (line: string): Promise<void> =>
          vi.waitFor(
            () => {
              expect(said).toContain(line);
            },
            { timeout: 40_000 },
          );
        await saying('consuming');
        const [first, second] = [newEvent(topic), newEvent(topic)];
        await transport.publish([first]);
        await saying(first.id);
        // With an event in hand: its commit comes when the session is over.
        child.kill('SIGSTOP');
        await sleep(12_000);
        child.kill('SIGCONT');
        await transport.publish([second]);
        await saying(second.id);
        await vi.waitFor(
          async () => {
            expect(await transport.depths()).toContainEqual(expect.objectContaining({ group, topic, pending: 0 }));
          },
          { timeout: 20_000, interval: 200 },
        );
      } finally {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        await transport.close();
      }
    });

    it('tells the service when kafkajs ends a consumer for good', async () => {
      const { brokers } = await startTestKafka();
      const transport = await openTransport(brokers);
      const topic = newTopic();
      const group = `strange-${newUuid()}`;
      await transport.publish([newEvent(topic)]);
      const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING });
      // A member that speaks another assignment protocol: the group refuses ours for ever.
      const stranger = kafka.consumer({
        groupId: group,
        maxWaitTimeInMs: 200,
        partitionAssigners: [
          (config) => ({
            ...PartitionAssigners.roundRobin(config),
            name: 'other',
            protocol: () => ({ name: 'other', metadata: Buffer.alloc(0) }),
          }),
        ],
      });
      try {
        await stranger.connect();
        await stranger.subscribe({ topic });
        stranger.run({ eachMessage: () => Promise.resolve() }).catch(() => undefined);
        await sleep(1500);
        const fatal: Error[] = [];
        await transport.consume({
          group,
          topics: [topic],
          concurrency: 1,
          handle: () => Promise.resolve({ kind: 'ack' }),
          onFatal: (error) => fatal.push(error),
        });
        await vi.waitFor(
          () => {
            expect(fatal).toHaveLength(1);
          },
          { timeout: 20_000 },
        );
      } finally {
        await transport.close();
        await stranger.disconnect();
      }
    });
  },
);
