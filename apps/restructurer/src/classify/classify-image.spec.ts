import { describe, expect, test } from 'vitest';
import { classifyImage } from './classify-image.ts';
import { countDistinctValues } from './count-distinct-values.ts';
import type { ImageFacts } from './image-facts.ts';

const facts = (over: Partial<ImageFacts>): ImageFacts => ({
  seriesDescription: undefined,
  sourcePath: 'a/1-1.dcm',
  isNumbered: true,
  bitsAllocated: 16,
  rows: 700,
  columns: 400,
  ...over,
});
const kindOf = (over: Partial<ImageFacts>, pixels?: Parameters<typeof classifyImage>[1]): string => {
  const result = classifyImage(facts(over), pixels);
  return result === 'needs-pixels' ? result : result.kind;
};
const full = 'full mammogram images';
const crop = 'cropped images';
const roi = 'ROI mask images';

describe('classifyImage', () => {
  test.each([
    ['a described FULL', { seriesDescription: full, isNumbered: false }, 'FULL'],
    ['a described crop, in a folder of masks', { seriesDescription: crop, sourcePath: `x/1.000000-${roi}-1/1-1.dcm` }, 'CROP'],
    ['a described mask of 8 bits', { seriesDescription: roi, bitsAllocated: 8 }, 'MASK'],
    ['a path of full mammograms', { sourcePath: `x/1.000000-${full}-1/1-1.dcm`, isNumbered: false }, 'FULL'],
    ['a path of crops', { sourcePath: `x/1.000000-${crop}-1/1-1.dcm` }, 'CROP'],
    ['an exported name', { sourcePath: 'CBIS-DDSM/Mass/Train/Mass-Training_P_00001_LEFT_CC_MASK_2_v2.dcm' }, 'MASK'],
    ['a name without a number', { isNumbered: false }, 'FULL'],
  ])('%s is told without pixels', (_, over, kind) => {
    expect(kindOf(over)).toBe(kind);
  });

  test.each([
    ['a description that is no help, in a folder of masks', { sourcePath: `x/1.000000-${roi}-1/1-1.dcm` }, 'MASK', 'CROP'],
    ['no description, 8 bits', { bitsAllocated: 8 }, 'MASK', 'CROP'],
    ['a described mask of 16 bits', { seriesDescription: roi }, 'MASK', 'CROP'],
    ['a described crop of 8 bits', { seriesDescription: crop, bitsAllocated: 8 }, 'MASK', 'CROP'],
    ['a described crop of the size of a mammogram', { seriesDescription: crop, rows: 4504, columns: 2888 }, 'MASK', 'CROP'],
    ['a described FULL whose name has a number', { seriesDescription: full }, 'MASK', 'FULL'],
    ['a described FULL of 8 bits', { seriesDescription: full, isNumbered: false, bitsAllocated: 8 }, 'FULL', 'FULL'],
    ['a described mask of 16 bits without a number', { seriesDescription: roi, isNumbered: false }, 'MASK', 'FULL'],
  ])('%s is told by its pixels', (_, over, withTwoValues, withMany) => {
    expect(kindOf(over)).toBe('needs-pixels');
    expect(kindOf(over, { distinctValues: 2 })).toBe(withTwoValues);
    expect(kindOf(over, { distinctValues: 1 })).toBe(withTwoValues);
    expect(kindOf(over, { distinctValues: 'many' })).toBe(withMany);
  });

  test('pixels that can not be read leave the description, or the bits', () => {
    const unreadable = { unreadable: 'JPEG 2000' };
    expect(kindOf({ seriesDescription: roi }, unreadable)).toBe('MASK');
    expect(kindOf({ bitsAllocated: 8 }, unreadable)).toBe('MASK');
    expect(kindOf({ bitsAllocated: 16 }, unreadable)).toBe('CROP');
  });
});

describe('countDistinctValues', () => {
  test.each([
    [[0, 0, 0], 1],
    [[0, 255, 0], 2],
    [[1, 2, 1, 3], 'many'],
  ] as const)('%j', (values, count) => {
    expect(countDistinctValues(Uint8Array.from(values))).toBe(count);
  });
});
