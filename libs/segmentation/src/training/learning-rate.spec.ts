import { expect, test } from 'vitest';
import { learningRateAt } from './learning-rate.ts';

test('warms up to the peak, then falls to almost nothing', () => {
  const rates = Array.from({ length: 101 }, (_, percent) => learningRateAt(percent / 100, 2));
  const peak = rates.indexOf(Math.max(...rates));
  expect(rates[peak]).toBeCloseTo(2, 10);
  expect(peak).toBe(5);
  expect(rates.slice(0, peak)).toEqual(rates.slice(0, peak).toSorted((a, b) => a - b));
  expect(rates.slice(peak)).toEqual(rates.slice(peak).toSorted((a, b) => b - a));
  expect(rates.at(-1)).toBeCloseTo(0.02, 10);
  expect(Math.min(...rates)).toBeGreaterThan(0);
});
