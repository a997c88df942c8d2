import type { EventEnvelope } from '@mammoline/contracts';
import { newUuid } from '@mammoline/kernel';
import { acking, newEvent, newTopic, startTestKafka, stopTestKafka, whyNoKafka } from '@mammoline/testing';
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
import type { ConsumerOptions, Delivery } from '../transport.ts';
import { openAnswerCuttingProxy } from './answer-cutting-proxy.fixture.ts';
import { openTransport } from './open-transport.fixture.ts';
import { throwing } from './throwing.fixture.ts';

const reason = whyNoKafka();

describe.skipIf(reason !== undefined)(
  `transport kafka when things break${reason === undefined ? '' : `: ${reason}`}`,
  { concurrent: true, timeout: 400_000 },
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

    it('takes the next event after one whose answer was lost', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'mammoline-kafka-'));
      let address = '';
      const proxy = await openAnswerCuttingProxy(() => address);
      const { nodes } = await startTestKafka(directory, { advertise: [proxy.address] });
      address = nodes[0]?.address ?? '';
      const transport = await openTransport(proxy.address);
      try {
        const topic = newTopic();
        const seen: Delivery[] = [];
        await transport.publish([newEvent(topic, { key: 'one' })]);
        const [lost, next] = [newEvent(topic, { key: 'one' }), newEvent(topic, { key: 'one' })];
        proxy.cut(true);
        await expect(transport.publish([lost])).rejects.toMatchObject({ kind: 'unavailable' });
        proxy.cut(false);
        await vi.waitFor(() => transport.publish([next]), { timeout: 30_000, interval: 200 });
        await transport.consume({ group: 'counting', topics: [topic], concurrency: 1, handle: acking(seen), onFatal: throwing });
        // Written with the sequence number of the lost one, it would pass for a repeat, and the broker would drop it and say yes.
        await vi.waitFor(
          () => {
            expect(seen.map(({ event }) => event.id)).toContain(next.id);
          },
          { timeout: 20_000 },
        );
        expect(seen.map(({ event }) => event.id)).toContain(lost.id);
      } finally {
        await transport.close();
        await proxy.close();
        await stopTestKafka(directory, 'kill');
        await rm(directory, { recursive: true, force: true });
      }
    });

    // A machine that stands still for longer than the session ends it, and rightly.
    it('keeps what it has in hand while a handler runs for longer than the session', { retry: 2 }, async () => {
      const { brokers } = await startTestKafka();
      const [transport, other] = [await openTransport(brokers), await openTransport(brokers)];
      const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
      const [group, topic] = [`patient-${newUuid()}`, newTopic()];
      const seen: Delivery[] = [];
      const handled: string[] = [];
      const slow: ConsumerOptions['handle'] = async (delivery) => {
        seen.push(delivery);
        await sleep(14_000, undefined, { signal: delivery.signal });
        handled.push(delivery.event.id);
        return { kind: 'ack' };
      };
      try {
        await admin.connect();
        for (const on of [transport, other]) await on.consume({ group, topics: [topic], concurrency: 1, handle: slow, onFatal: throwing });
        // A member that joins later takes partitions, with what is in hand.
        await vi.waitFor(
          async () => {
            const [settled] = (await admin.describeGroups([group])).groups;
            expect(settled).toMatchObject({ state: 'Stable', members: [expect.anything(), expect.anything()] });
          },
          { timeout: 60_000, interval: 200 },
        );
        const event = newEvent(topic);
        await transport.publish([event]);
        await vi.waitFor(
          () => {
            expect(handled).toEqual([event.id]);
          },
          { timeout: 60_000 },
        );
        await vi.waitFor(
          async () => {
            expect(await transport.depths()).toContainEqual(expect.objectContaining({ group, topic, pending: 0 }));
          },
          { timeout: 20_000, interval: 200 },
        );
        expect(seen).toHaveLength(1);
      } finally {
        await Promise.all([transport.close(), other.close(), admin.disconnect()]);
      }
    });

    it('makes an event of whatever is on the wire, and goes on', async () => {
      const { brokers } = await startTestKafka();
      const transport = await openTransport(brokers);
      const topic = newTopic();
      const seen: Delivery[] = [];
      const producer = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).producer();
      try {
        await transport.publish([newEvent(topic)]);
        await producer.connect();
        await producer.send({
          topic,
          messages: [
            { key: null, value: null },
            { key: 'tombstone', value: null },
            { key: null, value: 'no headers' },
            { key: Buffer.from([0xff, 0x00]), value: '', headers: { ce_id: '', ce_time: 'never', traceparent: 'none' } },
            { key: 'k'.repeat(10_000), value: Buffer.alloc(1_000_000), headers: { ce_extension: Buffer.from([0xff]) } },
          ].map((message) => ({ ...message, partition: 0 })),
        });
        const last = newEvent(topic);
        await transport.publish([last]);
        await transport.consume({ group: 'strong', topics: [topic], concurrency: 1, handle: acking(seen), onFatal: throwing });
        await vi.waitFor(
          () => {
            expect(seen).toHaveLength(7);
          },
          { timeout: 20_000 },
        );
        expect(new Set(seen.map(({ event }) => event.id)).size).toBe(7);
        await vi.waitFor(
          async () => {
            expect(await transport.depths()).toContainEqual(expect.objectContaining({ group: 'strong', topic, pending: 0 }));
          },
          { timeout: 20_000, interval: 200 },
        );
      } finally {
        await producer.disconnect();
        await transport.close();
      }
    });

    it('starts a consumer again that takes nothing while events wait, here those of a topic that was deleted and made again', async () => {
      const { brokers } = await startTestKafka();
      const transport = await openTransport(brokers);
      const topic = newTopic();
      const seen: Delivery[] = [];
      const fatal: Error[] = [];
      const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
      const idsOf = (events: readonly EventEnvelope[]): readonly string[] => events.map(({ id }) => id).sort();
      try {
        await admin.connect();
        await transport.consume({
          group: 'anew',
          topics: [topic],
          concurrency: 4,
          handle: acking(seen),
          onFatal: (error) => fatal.push(error),
        });
        const old = Array.from({ length: 20 }, () => newEvent(topic, { key: 'one' }));
        await transport.publish(old);
        await vi.waitFor(
          () => {
            expect(idsOf(seen.map(({ event }) => event))).toEqual(idsOf(old));
          },
          { timeout: 20_000 },
        );
        await admin.deleteTopics({ topics: [topic] });
        const again = (): Promise<boolean> => admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 6 }] });
        await vi.waitFor(again, { timeout: 20_000, interval: 200 });
        const event = newEvent(topic, { key: 'one' });
        await vi.waitFor(() => transport.publish([event]), { timeout: 30_000, interval: 200 });
        // Either it is read, or the service is told, and starts anew: what may not be is that it is passed over in silence.
        await vi.waitFor(
          () => {
            expect(fatal.length > 0 || seen.some((delivery) => delivery.event.id === event.id)).toBe(true);
          },
          { timeout: 120_000 },
        );
      } finally {
        await admin.disconnect();
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
