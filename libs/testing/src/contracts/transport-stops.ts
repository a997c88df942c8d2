import type { Consumer, ConsumerOptions, Delivery, Transport } from '@mammoline/messaging';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import type { TransportUnderTest } from './transport-contract.ts';
import { acking, idsOf, newEvent, newEvents, newTopic, sortedIds } from './transport-events.ts';

/** What the contract lends: what is not there before its `beforeAll` comes by a call. */
export interface TransportGround {
  readonly transport: () => Transport;
  readonly child: () => TransportUnderTest['child'];
  readonly another: () => Promise<Transport>;
  readonly consume: (
    on: Transport,
    options: Partial<ConsumerOptions> & Pick<ConsumerOptions, 'group' | 'topics' | 'handle'>,
  ) => Promise<Consumer>;
}

/** What the transport does when a consumer is killed may take until the queue has noticed. */
const crashNoticedMs = 30_000;
const patience = { timeout: 10_000, interval: 20 };

/** The part of the contract on consumers that end: by a stop, in time or not, and by a kill. */
export function describeTransportStops({ transport, child, another, consume }: TransportGround): void {
  it('waits at a stop for what runs, and takes no more', async () => {
    const topic = newTopic();
    let started = 0;
    let finished = 0;
    const consumer = await consume(transport(), {
      group: 'stopping',
      topics: [topic],
      concurrency: 1,
      handle: async () => {
        started += 1;
        await new Promise((resolve) => setTimeout(resolve, 200));
        finished += 1;
        return { kind: 'ack' };
      },
    });
    await transport().publish(newEvents(topic, 3));
    await vi.waitFor(() => {
      expect(started).toBe(1);
    }, patience);
    await consumer.stop(5000);
    expect([started, finished]).toEqual([1, 1]);
    const seen: Delivery[] = [];
    await consume(transport(), { group: 'stopping', topics: [topic], handle: acking(seen) });
    await vi.waitFor(() => {
      expect(seen).toHaveLength(2);
    }, patience);
  });

  it('hands back at a stop what outlasts the grace time, and tells the handler', async () => {
    const topic = newTopic();
    const event = newEvent(topic);
    const [started, aborted] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const consumer = await consume(transport(), {
      group: 'handing-back',
      topics: [topic],
      handle: async ({ signal }) => {
        signal.addEventListener('abort', () => {
          aborted.resolve(undefined);
        });
        started.resolve(undefined);
        await aborted.promise;
        return { kind: 'ack' };
      },
    });
    await transport().publish([event]);
    await started.promise;
    await consumer.stop(50);
    await aborted.promise;
    const seen: Delivery[] = [];
    await consume(await another(), { group: 'handing-back', topics: [topic], handle: acking(seen) });
    await vi.waitFor(() => {
      expect(idsOf(seen)).toEqual([event.id]);
    }, patience);
  });

  it(
    'delivers again what a killed process had in hand, and not while the process lives',
    { timeout: crashNoticedMs + 30_000 },
    async () => {
      const topic = newTopic();
      const events = newEvents(topic, 24);
      const killed = spawn(
        process.execPath,
        [fileURLToPath(new URL('hanging-consumer.ts', import.meta.url)), child().module.href, child().target, 'crashing', topic],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      try {
        const lines = createInterface({ input: killed.stdout })[Symbol.asyncIterator]();
        expect((await lines.next()).value).toBe('consuming');
        // Both are members before there is work: a log's partitions move when a member comes, and what is in hand with them.
        const [seen, childHasOne]: [Delivery[], PromiseWithResolvers<undefined>] = [[], Promise.withResolvers<undefined>()];
        await consume(transport(), {
          group: 'crashing',
          topics: [topic],
          handle: async (delivery) => {
            await childHasOne.promise;
            return acking(seen)(delivery);
          },
        });
        await transport().publish(events);
        const inHand = String((await lines.next()).value);
        expect(sortedIds(events)).toContain(inHand);
        childHasOne.resolve(undefined);
        await new Promise((resolve) => setTimeout(resolve, 3000));
        expect(idsOf(seen)).not.toContain(inHand);
        expect(seen).not.toEqual([]);
        killed.kill('SIGKILL');
        await vi.waitFor(
          () => {
            expect(idsOf(seen)).toEqual(sortedIds(events));
          },
          { timeout: crashNoticedMs, interval: 50 },
        );
      } finally {
        killed.kill('SIGKILL');
        if (killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit');
      }
    },
  );
}
