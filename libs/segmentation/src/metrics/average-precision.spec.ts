import { expect, test } from 'vitest';
import { averagePrecision } from './average-precision.ts';
import { expectedCalibrationError, reliability } from './calibration.ts';
import { maskOf, tenths } from './mask.fixture.ts';
import { addPixelCounts, countPixels } from './pixel-counts.ts';

/** 200 pixels with 101 probabilities and 55 true ones. */
const map = { rows: 1, columns: 200, data: Float32Array.from({ length: 200 }, (_, at) => ((at * 37) % 101) / 101) };
const truth = { rows: 1, columns: 200, data: Uint8Array.from({ length: 200 }, (_, at) => ((at * at * 7) % 11 < 3 ? 1 : 0)) };
const counts = countPixels(map, truth);

test('average precision is that of scikit-learn', () => {
  // scikit-learn 1.9.1: average_precision_score(truth, probabilities), and the same of the probabilities rounded down to thousandths.
  expect(averagePrecision(counts)).toBeCloseTo(0.31447935804638505, 12);
});

test('average precision by hand, of images counted apart, and of nothing true', () => {
  // Falling: .9 true (precision 1), .8 false, .7 true (precision 2/3): (1 + 2/3) / 2.
  const apart = [countPixels(tenths('98'), maskOf('#.')), countPixels(tenths('7.'), maskOf('#.'))];
  expect(averagePrecision(addPixelCounts(apart))).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(averagePrecision(countPixels(tenths('9'), maskOf('.')))).toBe(0);
});

test('the reliability curve is that of scikit-learn, and the expected calibration error that of its bins', () => {
  const bins = reliability(counts);
  // scikit-learn 1.9.1: calibration_curve(truth, probabilities, n_bins=10).
  const shares = [0.3181818181818182, 0.15, 0.21052631578947367, 0.15, 0.25, 0.35, 0.3157894736842105, 0.35, 0.35, 0.3];
  const means = [
    0.0495049505, 0.1534653465, 0.2516935904, 0.3514851485, 0.4504950495, 0.5495049505, 0.6492965086, 0.7475247525, 0.8465346535,
  ];
  for (const [index, share] of shares.entries()) expect(bins[index]?.trueShare).toBeCloseTo(share, 12);
  for (const [index, probability] of means.entries()) expect(bins[index]?.meanProbability).toBeCloseTo(probability, 6);
  // NumPy 2.4.6: sum over the ten bins of (share of pixels) * |mean probability - share true|.
  expect(expectedCalibrationError(bins)).toBeCloseTo(0.27960396039603963, 6);
});

test('a network that says what is true is calibrated', () => {
  const half = countPixels(tenths('5555'), maskOf('##..'));
  expect(expectedCalibrationError(reliability(half))).toBeCloseTo(0, 7);
  expect(expectedCalibrationError([])).toBe(0);
});
