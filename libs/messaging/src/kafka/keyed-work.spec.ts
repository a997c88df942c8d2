import type { EventEnvelope } from '@mammoline/contracts';
import { newUuid } from '@mammoline/kernel';
import { describe, expect, it, vi } from 'vitest';
import type { Delivery, Disposition } from '../transport.ts';
import { createKeyedWork } from './keyed-work.ts';

const topic = 'mammoline.test.v1';
const event = (key: string): EventEnvelope => ({
  id: newUuid(),
  topic,
  key,
  source: '/mammoline/test',
  time: new Date(0),
  traceparent: undefined,
  payload: new Uint8Array(),
});

function bench(concurrency = 4) {
  const started: string[] = [];
  const running: { delivery: Delivery; settle: (disposition: Disposition) => void }[] = [];
  const work = createKeyedWork({
    concurrency,
    handle: (delivery) => {
      started.push(delivery.event.key);
      const { promise, resolve } = Promise.withResolvers<Disposition>();
      running.push({ delivery, settle: resolve });
      return promise;
    },
    onThrow: () => undefined,
    onProgress: () => undefined,
  });
  const settle = async (at: number, disposition: Disposition = { kind: 'ack' }): Promise<void> => {
    running[at]?.settle(disposition);
    await vi.waitFor(() => Promise.resolve());
  };
  return {
    work,
    started,
    running,
    settle,
    below: () => work.finished().get('t/0')?.below,
    beyond: () => work.finished().get('t/0')?.beyond,
  };
}
const messages = (from: number, ...keys: readonly string[]) => keys.map((key, at) => ({ offset: from + at, event: event(key) }));

describe('createKeyedWork', () => {
  it('runs keys beside each other, and the events of a key one after the other', async () => {
    const { work, started, settle } = bench();
    work.accept('t/0', messages(0, 'a', 'a', 'b'));
    expect(started).toEqual(['a', 'b']);
    await settle(0);
    expect(started).toEqual(['a', 'b', 'a']);
  });

  it('never runs more at once than allowed, over all partitions', async () => {
    const { work, started, settle } = bench(2);
    work.accept('t/0', messages(0, 'a', 'b'));
    work.accept('t/1', messages(0, 'c', 'd'));
    expect(started).toEqual(['a', 'b']);
    await settle(1);
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('gives up to the lowest unfinished offset, and no further, and counts what is finished after it', async () => {
    const { work, settle, below, beyond } = bench();
    work.accept('t/0', messages(7, 'a', 'b', 'c'));
    expect([below(), beyond()]).toEqual([7, 0]);
    await settle(2);
    await settle(1);
    expect([below(), beyond()]).toEqual([7, 2]);
    await settle(0);
    expect([below(), beyond()]).toEqual([10, 0]);
  });

  it('lets an event that comes again hold its own key and offset alone', async () => {
    vi.useFakeTimers();
    try {
      const { work, started, running, settle, below } = bench(1);
      work.accept('t/0', messages(0, 'a', 'a', 'b'));
      await settle(0, { kind: 'retry', delayMs: 60_000 });
      await settle(1);
      expect(started).toEqual(['a', 'b']);
      expect(below()).toBe(0);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(running[2]?.delivery).toMatchObject({ attempt: 2, event: running[0]?.delivery.event });
    } finally {
      vi.useRealTimers();
    }
  });

  it('passes over what it has already, when the broker sends it again', () => {
    const { work, started } = bench();
    work.accept('t/0', messages(0, 'a', 'b'));
    work.accept('t/0', messages(0, 'a', 'b', 'c'));
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('tells the handlers of a partition that is lost, and forgets their answers', async () => {
    const { work, running, settle, below } = bench();
    work.accept('t/0', messages(0, 'a'));
    work.accept('t/1', messages(0, 'b'));
    work.keepOnly(new Set(['t/1']));
    expect(running.map(({ delivery }) => delivery.signal.aborted)).toEqual([true, false]);
    await settle(0);
    expect(below()).toBeUndefined();
  });
});
