import { describe, expect, it } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

describe('createRateLimiter', () => {
  it('allows a burst, then the rate, and tells in how many milliseconds', () => {
    let nowMs = 0;
    const { take } = createRateLimiter({ perSecond: 4, burst: 3 }, () => nowMs);
    expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 250]);
    nowMs = 100;
    expect(take('a')).toBe(150);
    nowMs = 250;
    expect([take('a'), take('a')]).toEqual([0, 250]);
    nowMs = 100_000;
    expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 250]);
  });

  it('counts each client by itself', () => {
    const { take } = createRateLimiter({ perSecond: 1, burst: 1 }, () => 0);
    expect([take('a'), take('b'), take('a'), take('b')]).toEqual([0, 0, 1000, 1000]);
  });

  it('forgets who was silent, and stays small', () => {
    let nowMs = 0;
    const { take } = createRateLimiter({ perSecond: 1, burst: 1 }, () => nowMs);
    expect(take('first')).toBe(0);
    for (let client = 0; client < 20_000; client += 1) take(String(client));
    // Long forgotten: it has a new bucket.
    expect(take('first')).toBe(0);
    nowMs = 500;
    expect(take('19999')).toBe(500);
  });
});
