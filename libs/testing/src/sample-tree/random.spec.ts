import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('createRandom', () => {
  it('repeats itself for equal seeds, now and in every later version', () => {
    const random = createRandom('view', 1, 2);
    expect(draws(3, () => random.integer(0, 1000))).toEqual([794, 880, 966]);
    const [one, same, other] = [createRandom('a', 12), createRandom('a', 12), createRandom('a1', 2)];
    const first = draws(20, () => one.uniform());
    expect(draws(20, () => same.uniform())).toEqual(first);
    expect(draws(20, () => other.uniform())).not.toEqual(first);
  });

  it('is uniform and normal', () => {
    const random = createRandom('statistics');
    const uniform = draws(20_000, () => random.uniform(2, 4));
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...uniform)).toBeLessThan(4);
    expect(mean(uniform)).toBeCloseTo(3, 1);
    const normal = draws(20_000, () => random.normal());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
  });

  it('picks by weight', () => {
    const random = createRandom('weights');
    const picks = Array.from({ length: 5000 }, () => random.pick(['rare', 'never', 'often'], [0.1, 0, 0.9]));
    expect(picks.filter((pick) => pick === 'rare').length / picks.length).toBeCloseTo(0.1, 1);
    expect(picks).not.toContain('never');
  });
});
