import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/create-random.ts';
import { augmentExample } from './augment-example.ts';
import { changeBrightness } from './change-brightness.ts';
import { cropExample } from './crop-example.ts';
import type { Example } from './example.ts';
import { flipExample } from './flip-example.ts';

const side = 40;

/** Grey values that name their place, with a lesion of 3 x 3 at (top, left). */
function exampleWithLesion(top: number, left: number): Example {
  const image = { rows: side, columns: side, data: Uint8Array.from({ length: side * side }, (_, at) => 1 + (at % 251)) };
  const data = Uint8Array.from({ length: side * side }, (_, at) => {
    const [y, x] = [Math.floor(at / side), at % side];
    return y >= top && y < top + 3 && x >= left && x < left + 3 ? 1 : 0;
  });
  return { image, mask: { rows: side, columns: side, data } };
}

const places = fc.tuple(fc.integer({ min: 0, max: side - 3 }), fc.integer({ min: 0, max: side - 3 }));

describe('augmentation', () => {
  test('a crop around a lesion holds some of it, wherever the lesion is', () => {
    fc.assert(
      fc.property(places, fc.integer(), ([top, left], seed) => {
        const { image, mask } = cropExample(exampleWithLesion(top, left), 16, true, createRandom(seed));
        expect([image.rows, image.columns, mask.rows, mask.columns]).toEqual([16, 16, 16, 16]);
        expect(mask.data).toContain(1);
      }),
    );
  });

  test('a crop keeps image and mask together', () => {
    const example = exampleWithLesion(20, 8);
    const marked = new Set(example.image.data.filter((_, at) => example.mask.data[at] === 1));
    const { image, mask } = augmentedWithoutBrightness(example, 3);
    for (const [at, value] of mask.data.entries()) if (value === 1) expect(marked).toContain(image.data[at]);
  });

  test('an image without a lesion is cropped anywhere, a black one too', () => {
    const black = { rows: side, columns: side, data: new Uint8Array(side * side) };
    expect(cropExample({ image: black, mask: black }, side, true, createRandom(1))).toEqual({ image: black, mask: black });
  });

  test('flips mirror, and twice is nothing', () => {
    const image = { rows: 2, columns: 2, data: new Uint8Array([1, 2, 3, 4]) };
    const flipped = (isAcross: boolean, isDown: boolean) => [...flipExample({ image, mask: image }, { isAcross, isDown }).image.data];
    expect([flipped(true, false), flipped(false, true), flipped(true, true), flipped(false, false)]).toEqual([
      [2, 1, 4, 3],
      [3, 4, 1, 2],
      [4, 3, 2, 1],
      [1, 2, 3, 4],
    ]);
    const example = exampleWithLesion(2, 30);
    const both = { isAcross: true, isDown: true };
    expect(flipExample(flipExample(example, both), both)).toEqual(example);
  });

  test('brightness stays within 0..255 and leaves black alone', () => {
    const image = { rows: 1, columns: 4, data: new Uint8Array([0, 10, 100, 250]) };
    expect([...changeBrightness(image, 1.1, 5).data]).toEqual([0, 16, 115, 255]);
    expect([...changeBrightness(image, 1, -20).data]).toEqual([0, 0, 80, 230]);
  });

  test('equal streams make equal examples, others differ', () => {
    const make = (seed: number): Example =>
      augmentExample(exampleWithLesion(5, 5), { cropSidePx: 16, aroundLesion: true }, createRandom(seed));
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
  });
});

function augmentedWithoutBrightness(example: Example, seed: number): Example {
  return flipExample(cropExample(example, 24, true, createRandom(seed)), { isAcross: true, isDown: false });
}
