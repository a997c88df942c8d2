import { expect, test } from 'vitest';
import { warmUpCosine } from './warm-up-cosine.ts';

test('warms up to the whole, then falls to almost nothing', () => {
  const shares = Array.from({ length: 101 }, (_, percent) => warmUpCosine(percent / 100));
  const peak = shares.indexOf(Math.max(...shares));
  expect(shares[peak]).toBeCloseTo(1, 10);
  expect(peak).toBe(5);
  expect(shares.slice(0, peak)).toEqual(shares.slice(0, peak).toSorted((a, b) => a - b));
  expect(shares.slice(peak)).toEqual(shares.slice(peak).toSorted((a, b) => b - a));
  expect(shares.at(-1)).toBeCloseTo(0.01, 10);
  expect(Math.min(...shares)).toBeGreaterThan(0);
});
