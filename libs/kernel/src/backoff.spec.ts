import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelayMs } from './backoff.ts';
import { sleep } from './sleep.ts';

const policy = { firstDelayMs: 100, maxDelayMs: 1000 };

test('doubles up to the ceiling, half of it at random', () => {
  expect([1, 2, 3, 4, 5, 60].map((attempt) => backoffDelayMs(attempt, policy, () => 1))).toEqual([100, 200, 400, 800, 1000, 1000]);
  expect(backoffDelayMs(3, policy, () => 0)).toBe(200);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const delayMs = backoffDelayMs(attempt, policy, () => random);
      return delayMs >= 50 && delayMs <= 1000;
    }),
  );
});

test('sleep ends at once with the reason of its signal', async () => {
  const reason = new Error('stopping');
  await expect(sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const sleeping = sleep(60_000, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});
