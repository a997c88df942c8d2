import { bitMaskWords, createBitMask, type BitMask } from './bit-mask.ts';
import type { Kernels } from './kernels/kernels.ts';
import { openKernels } from './kernels/open-kernels.ts';
import type { GreyRaster } from './raster.ts';

/** What {@link maskFromGrey} marks, one bit a pixel. */
export function bitMaskFromGrey({ rows, columns, data }: GreyRaster, kernels: Kernels = openKernels()): BitMask {
  if (data.length === 0) return createBitMask(rows, columns);
  kernels.startOver(data.byteLength + 4 * bitMaskWords(rows, columns).words + 64);
  const image = data instanceof Uint8Array ? kernels.bytes(data.length) : kernels.words16(data.length);
  image.set(data);
  const { max } = kernels.valueRange(image);
  const marks = createBitMask(rows, columns, kernels);
  // Above half of the brightest; of zeros nothing.
  kernels.markFrom(image, Math.floor(max / 2) + 1, marks);
  return { ...marks, words: marks.words.slice() };
}
