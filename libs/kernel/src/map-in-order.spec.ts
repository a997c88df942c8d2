import { describe, expect, it } from 'vitest';
import { mapInOrder } from './map-in-order.ts';
import { sleep } from './sleep.ts';

describe('mapInOrder', () => {
  it('keeps the order and never runs more than it may at once', async () => {
    let running = 0;
    let most = 0;
    const results = await mapInOrder([30, 1, 20, 2, 10, 3], 2, async (ms) => {
      most = Math.max(most, ++running);
      await sleep(ms);
      running--;
      return ms * 2;
    });
    expect(results).toEqual([60, 2, 40, 4, 20, 6]);
    expect(most).toBe(2);
  });

  it('passes the first error on after what runs has ended, and takes no more', async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const work = mapInOrder([0, 1, 2, 3, 4], 2, async (item) => {
      started.push(item);
      await sleep(item === 0 ? 1 : 20);
      if (item === 0) throw new Error('the first');
      ended.push(item);
    });
    await expect(work).rejects.toThrow('the first');
    expect(started).toEqual([0, 1]);
    expect(ended).toEqual([1]);
  });
});
