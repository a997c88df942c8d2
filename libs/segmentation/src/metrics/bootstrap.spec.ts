import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/create-random.ts';
import { bootstrapIntervals, quantile } from './bootstrap.ts';
import { mean } from './mean.ts';
import { median } from './median.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';

const options = { samples: 1000, seed: 3 };
const random = createRandom('bootstrap spec');
const meanOf = (drawn: readonly (readonly number[])[]): readonly number[] => [mean(drawn.flat())];

test('quantiles are those of NumPy, the median that of the middle', () => {
  // NumPy 2.4.6: percentile([1, 2, 4, 8, 16], [2.5, 97.5]).
  expect([quantile([1, 2, 4, 8, 16], 0.025), quantile([1, 2, 4, 8, 16], 0.975)]).toEqual([
    expect.closeTo(1.1, 12),
    expect.closeTo(15.2, 12),
  ]);
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

describe('bootstrapIntervals', () => {
  const patients = Array.from({ length: 100 }, () => [random.normal()]);

  test('of a mean of independent values is about 1.96 standard errors to each side, the same for the same seed', () => {
    const [interval] = bootstrapIntervals(patients, meanOf, options);
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeGreaterThan(0.8 * 2 * 1.96 * 0.1);
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeLessThan(1.2 * 2 * 1.96 * 0.1);
    expect(bootstrapIntervals(patients, meanOf, options)).toEqual([interval]);
    expect(bootstrapIntervals(patients, meanOf, { ...options, seed: 4 })).not.toEqual([interval]);
  });

  test('views of one patient that say the same are no more evidence than one', () => {
    const width = (groups: readonly (readonly number[])[]): number => {
      const [interval] = bootstrapIntervals(groups, meanOf, options);
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    };
    const fourfold = patients.map(([value = 0]) => [value, value, value, value]);
    expect(width(fourfold)).toBeCloseTo(width(patients), 10);
    // Counted as patients of their own they would halve it: what drawing by view would claim.
    expect(width(fourfold.flatMap((views) => views.map((value) => [value])))).toBeLessThan(0.6 * width(patients));
  });

  test('has no interval from one patient, nor of what has no value in most draws', () => {
    expect(bootstrapIntervals([[1, 2]], meanOf, options)).toEqual([undefined]);
    expect(bootstrapIntervals(patients, () => [Number.NaN], options)).toEqual([undefined]);
  });
});

describe('pairedBootstrap', () => {
  const hard = Array.from({ length: 40 }, () => random.uniform());

  test('sees a small difference that the spread over patients hides', () => {
    const { difference, interval, pValue } = pairedBootstrap(
      hard.map((base) => [{ ours: base + 0.05 + 0.01 * random.normal(), theirs: base }]),
      options,
    );
    expect(difference).toBeCloseTo(0.05, 2);
    expect(interval?.low).toBeGreaterThan(0.04);
    expect(pValue).toBeLessThan(0.01);
  });

  test('sees none between a model and itself, and turns its sign with the sides', () => {
    expect(
      pairedBootstrap(
        hard.map((base) => [{ ours: base, theirs: base }]),
        options,
      ),
    ).toEqual({
      difference: 0,
      interval: { low: 0, high: 0 },
      pValue: 1,
    });
    const pairs = hard.map((base) => [{ ours: base, theirs: random.uniform() }]);
    const turned = pairs.map((views) => views.map(({ ours, theirs }) => ({ ours: theirs, theirs: ours })));
    expect(pairedBootstrap(turned, options).difference).toBeCloseTo(-pairedBootstrap(pairs, options).difference, 12);
    expect(pairedBootstrap(turned, options).pValue).toBeCloseTo(pairedBootstrap(pairs, options).pValue, 12);
  });
});
