import type { Consumer, ConsumerOptions, Delivery, Transport } from '@mammoline/messaging';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { acking, idsOf, newEvent, newEvents, newTopic, sortedIds, traceparent } from './transport-events.ts';
import { describeTransportStops } from './transport-stops.ts';

export interface TransportUnderTest {
  /** Opens one more member of the same transport, as another process would. */
  readonly open: () => Promise<Transport>;
  /** For a process of its own: a module whose export `openTransport(target)` opens the transport, and the target to hand to it. */
  readonly child: { readonly module: URL; readonly target: string };
  readonly close: () => Promise<void>;
}

const patience = { timeout: 10_000, interval: 20 };

/** The contract that every transport passes: at least once, to every group, whatever dies. Topics are made up for each test. */
export function describeTransport(name: string, setUp: () => Promise<TransportUnderTest>): void {
  describe(`transport ${name}`, () => {
    let under: TransportUnderTest;
    let transport: Transport;
    const opened: Transport[] = [];
    const consumers: Consumer[] = [];

    beforeAll(async () => {
      under = await setUp();
      transport = await under.open();
    }, 240_000);
    afterEach(async () => {
      for (const consumer of consumers.splice(0)) await consumer.stop(0);
      for (const other of opened.splice(0)) await other.close();
    });
    afterAll(async () => {
      await transport.close();
      await under.close();
    });

    const another = async (): Promise<Transport> => {
      const other = await under.open();
      opened.push(other);
      return other;
    };
    const consume = async (
      on: Transport,
      options: Partial<ConsumerOptions> & Pick<ConsumerOptions, 'group' | 'topics' | 'handle'>,
    ): Promise<Consumer> => {
      const consumer = await on.consume({
        concurrency: 4,
        onFatal: (error) => {
          throw error;
        },
        ...options,
      });
      consumers.push(consumer);
      return consumer;
    };

    it('delivers an event with all attributes, and its payload byte for byte', async () => {
      const topic = newTopic();
      const everyByte = newEvent(topic, {
        payload: Uint8Array.from({ length: 256 }, (_, at) => at),
        key: 'P_00001_LEFT_CC',
        traceparent: traceparent(),
        extensions: { errorkind: 'invalid', error: 'found "ø\n", expected a view' },
      });
      const empty = newEvent(topic, { payload: new Uint8Array(0), traceparent: undefined });
      const seen: Delivery[] = [];
      await consume(transport, { group: 'reader', topics: [topic], handle: acking(seen) });
      await transport.publish([everyByte, empty]);
      await vi.waitFor(() => {
        expect(seen).toHaveLength(2);
      }, patience);
      expect(seen.find(({ event }) => event.id === everyByte.id)?.event).toEqual(everyByte);
      expect(seen.find(({ event }) => event.id === empty.id)?.event).toEqual(empty);
      expect(seen.map(({ attempt }) => attempt)).toEqual([1, 1]);
    });

    it('gives every group every event, and shares a group between its members', async () => {
      const topic = newTopic();
      const events = newEvents(topic, 30);
      const [first, second, other]: [Delivery[], Delivery[], Delivery[]] = [[], [], []];
      await consume(transport, { group: 'shared', topics: [topic], handle: acking(first), concurrency: 1 });
      await consume(await another(), { group: 'shared', topics: [topic], handle: acking(second), concurrency: 1 });
      await consume(transport, { group: 'other', topics: [topic], handle: acking(other) });
      await transport.publish(events);
      await vi.waitFor(() => {
        expect(idsOf([...first, ...second])).toEqual(sortedIds(events));
        expect(idsOf(other)).toEqual(sortedIds(events));
      }, patience);
      expect(first.length + second.length).toBe(events.length);
    });

    it('gives a group that comes late the past of a topic, and what comes after', async () => {
      const topic = newTopic();
      const past = newEvents(topic, 5);
      const future = newEvents(topic, 5);
      await transport.publish(past);
      const seen: Delivery[] = [];
      await consume(transport, { group: 'late', topics: [topic], handle: acking(seen) });
      await transport.publish(future);
      await vi.waitFor(() => {
        expect(idsOf(seen)).toEqual(sortedIds([...past, ...future]));
      }, patience);
    });

    it('loses nothing of what is published while a group subscribes', async () => {
      const topic = newTopic();
      const events = newEvents(topic, 40);
      const seen: Delivery[] = [];
      const publishing = Promise.all(events.map((event) => transport.publish([event])));
      await consume(await another(), { group: 'racing', topics: [topic], handle: acking(seen) });
      await publishing;
      await vi.waitFor(() => {
        expect(idsOf(seen)).toEqual(sortedIds(events));
      }, patience);
    });

    it('goes on where a group was', async () => {
      const topic = newTopic();
      const [before, after] = [newEvents(topic, 3), newEvents(topic, 3)];
      const [first, second]: [Delivery[], Delivery[]] = [[], []];
      const consumer = await consume(transport, { group: 'returning', topics: [topic], handle: acking(first) });
      await transport.publish(before);
      await vi.waitFor(() => {
        expect(first).toHaveLength(3);
      }, patience);
      await consumer.stop(1000);
      await transport.publish(after);
      await consume(transport, { group: 'returning', topics: [topic], handle: acking(second) });
      await vi.waitFor(() => {
        expect(idsOf(second)).toEqual(sortedIds(after));
      }, patience);
    });

    it('delivers again after the delay that the handler asks for, counting attempts', async () => {
      const topic = newTopic();
      const seen: { attempt: number; atMs: number }[] = [];
      await consume(transport, {
        group: 'retrying',
        topics: [topic],
        handle: ({ attempt }) => {
          seen.push({ attempt, atMs: performance.now() });
          return Promise.resolve(attempt < 3 ? { kind: 'retry', delayMs: 300 } : { kind: 'ack' });
        },
      });
      await transport.publish([newEvent(topic)]);
      await vi.waitFor(() => {
        expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      }, patience);
      for (const [before, after] of [seen.slice(0, 2), seen.slice(1, 3)].map(([a, b]) => [a?.atMs ?? 0, b?.atMs ?? 0] as const)) {
        expect(after - before).toBeGreaterThanOrEqual(290);
      }
    });

    it('delivers again after a handler has thrown', async () => {
      const topic = newTopic();
      let calls = 0;
      await consume(transport, {
        group: 'throwing',
        topics: [topic],
        handle: () => {
          calls += 1;
          return calls === 1 ? Promise.reject(new Error('thrown by the test')) : Promise.resolve({ kind: 'ack' });
        },
      });
      await transport.publish([newEvent(topic)]);
      await vi.waitFor(() => {
        expect(calls).toBe(2);
      }, patience);
    });

    it('lets no event that fails for ever block the others', async () => {
      const topic = newTopic();
      const poison = newEvent(topic);
      const events = newEvents(topic, 10);
      const seen: Delivery[] = [];
      await consume(transport, {
        group: 'poisoned',
        topics: [topic],
        concurrency: 1,
        handle: (delivery) => (delivery.event.id === poison.id ? Promise.resolve({ kind: 'retry', delayMs: 50 }) : acking(seen)(delivery)),
      });
      await transport.publish([poison, ...events]);
      await vi.waitFor(() => {
        expect(idsOf(seen)).toEqual(sortedIds(events));
      }, patience);
    });

    it('handles as many at once as allowed, over all topics, and never more', async () => {
      const topics = [newTopic(), newTopic()];
      let running = 0;
      let most = 0;
      let handled = 0;
      await consume(transport, {
        group: 'bounded',
        topics,
        concurrency: 3,
        handle: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 30));
          running -= 1;
          handled += 1;
          return { kind: 'ack' };
        },
      });
      await transport.publish(topics.flatMap((topic) => newEvents(topic, 9)));
      await vi.waitFor(() => {
        expect(handled).toBe(18);
      }, patience);
      expect(most).toBe(3);
    });

    describeTransportStops({ transport: () => transport, another, consume, child: () => under.child });

    it('counts what waits, per group and topic, and not what was finished after it', async () => {
      const topic = newTopic();
      const group = 'counted';
      const events = newEvents(topic, 40);
      const waiting = new Set(events.slice(0, 4).map(({ id }) => id));
      const consumer = await consume(transport, {
        group,
        topics: [topic],
        handle: ({ event }) => Promise.resolve(waiting.has(event.id) ? { kind: 'retry', delayMs: 60_000 } : { kind: 'ack' }),
      });
      await transport.publish(events);
      await vi.waitFor(async () => {
        expect(await transport.depths()).toContainEqual(expect.objectContaining({ group, topic, pending: 4 }));
      }, patience);
      await consumer.stop(1000);
      expect(await transport.depths()).toContainEqual(expect.objectContaining({ group, topic, pending: 4 }));
    });

    it('answers a ping', async () => {
      await expect(transport.ping(5000)).resolves.toBeUndefined();
    });
  });
}
