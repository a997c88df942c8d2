import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitMaskFromGrey } from './bit-mask-from-grey.ts';
import { packMask } from './bit-mask.ts';
import { createPlainKernels } from './kernels/plain-kernels.ts';
import { openKernels } from './kernels/open-kernels.ts';
import { maskFromGrey } from './mask-from-grey.ts';
import type { GreyRaster } from './raster.ts';
import { images16, images8 } from './spec-images/random-images.ts';

fc.configureGlobal({ seed: 1, numRuns: 40 });

const sameOnBoth = (image: GreyRaster): void => {
  const expected = packMask(maskFromGrey(image));
  for (const kernels of [openKernels(), createPlainKernels()]) expect(bitMaskFromGrey(image, kernels)).toEqual(expected);
};

test('marks what maskFromGrey marks, whatever the brightest value', () => {
  fc.assert(
    fc.property(images8(1, 90), images16(1, 90), fc.constantFrom(1, 2, 127, 200, 255), (bytes, words, white) => {
      for (const image of [bytes, words, { ...bytes, data: bytes.data.map((value) => (value > 99 ? white : 0)) }]) sameOnBoth(image);
    }),
  );
});

test('over many blocks, rows longer than a block among them', () => {
  const grain = (at: number): number => Math.imul(at, 2_654_435_761) >>> 24;
  for (const [rows, columns] of [
    [701, 903],
    [3, 300_001],
  ] as const) {
    const data = Uint8Array.from({ length: rows * columns }, (_, at) => grain(at));
    // The brightest comes last.
    for (const image of [data, data.map((value) => value >> 2).fill(255, -1), Uint16Array.from(data)])
      sameOnBoth({ rows, columns, data: image });
  }
});
