import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countDetections, lesionsOf } from './count-detections.ts';
import { detectionsOf, frocCurve, frocThresholds, sensitivityAt } from './froc.ts';
import { maskOf, tenths } from './mask.fixture.ts';

describe('countDetections', () => {
  const lesions = lesionsOf(maskOf('####......', '####......', '..........', '.......##.', '.......##.'));

  test('a component finds a lesion from an IoU of .1 on, and is a false positive below', () => {
    // 1 of 8 pixels: IoU 1/8. 1 shared of 8 + 4 - 1 = 11: IoU .091.
    expect(countDetections(maskOf('#.........', '..........', '..........', '..........', '..........'), lesions)).toEqual({
      lesions: 2,
      found: 1,
      falsePositives: 0,
    });
    expect(countDetections(maskOf('...####...', '..........', '..........', '..........', '..........'), lesions)).toEqual({
      lesions: 2,
      found: 0,
      falsePositives: 1,
    });
  });

  test('two components that find one lesion count once; one component may find two; small ones are left out', () => {
    const twice = maskOf('#..#......', '#..#......', '..........', '..........', '.....#....');
    expect(countDetections(twice, lesions)).toEqual({ lesions: 2, found: 1, falsePositives: 1 });
    expect(countDetections(twice, lesions, 2)).toEqual({ lesions: 2, found: 1, falsePositives: 0 });
    const both = maskOf('####......', '#####.....', '.....#....', '......###.', '.......##.');
    expect(countDetections(both, lesions)).toEqual({ lesions: 2, found: 2, falsePositives: 0 });
  });
});

describe('the curve', () => {
  const truth = maskOf('##....', '##....', '......');
  const first = detectionsOf(tenths('77....', '77..9.', '....9.'), truth, 0);
  const second = detectionsOf(tenths('33....', '33....', '......'), truth, 0);

  test('by hand: two lesions, one found at .7 beside a false positive at .9, the other at .3', () => {
    const curve = frocCurve([first, second]);
    const at = (threshold: number) => curve.find((point) => point.threshold === threshold);
    expect(at(0.95)).toMatchObject({ falsePositivesPerImage: 0, sensitivity: 0 });
    expect(at(0.8)).toMatchObject({ falsePositivesPerImage: 0.5, sensitivity: 0 });
    expect(at(0.5)).toMatchObject({ falsePositivesPerImage: 0.5, sensitivity: 0.5 });
    expect(at(0.2)).toMatchObject({ falsePositivesPerImage: 0.5, sensitivity: 1 });
    expect([1 / 4, 1 / 2, 8].map((rate) => sensitivityAt(curve, rate))).toEqual([0, 1, 1]);
  });

  test('the smallest area takes the false positive away', () => {
    const curve = frocCurve([detectionsOf(tenths('77....', '77..9.', '....9.'), truth, 3), second]);
    expect(sensitivityAt(curve, 1 / 8)).toBe(1);
  });

  test('sensitivity is of lesions and grows with the rate; at each threshold it counts what the cut mask shows', () => {
    const raster = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 36, maxLength: 36 });
    fc.assert(
      fc.property(raster, raster, (probabilities, truthDigits) => {
        const map = { rows: 6, columns: 6, data: Float32Array.from(probabilities, (digit) => digit / 10) };
        const mask = { rows: 6, columns: 6, data: Uint8Array.from(truthDigits, (digit) => (digit > 7 ? 1 : 0)) };
        const detections = detectionsOf(map, mask, 2);
        const curve = frocCurve([detections]);
        const rates = [0, 1, 2, 4, 8].map((rate) => sensitivityAt(curve, rate));
        expect(rates).toEqual([...rates].sort((a, b) => a - b));
        const middle = frocThresholds.indexOf(0.5);
        const cut = { ...mask, data: Uint8Array.from(map.data, (value) => (value >= 0.5 ? 1 : 0)) };
        expect(detections[middle]).toEqual(countDetections(cut, lesionsOf(mask), 2));
      }),
      { numRuns: 50 },
    );
  });
});
