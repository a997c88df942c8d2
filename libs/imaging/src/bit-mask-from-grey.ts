import { bitMaskWords, createBitMask, type BitMask } from './bit-mask.ts';
import type { Kernels } from './kernels/kernels.ts';
import { openKernels } from './kernels/open-kernels.ts';
import type { GreyRaster } from './raster.ts';

/** Of pixels that are copied to the kernels at once: they stay in the processor's cache, which makes it twice as fast as one copy of all. */
const blockBytes = 1 << 18;

/** What {@link maskFromGrey} marks, one bit a pixel. */
export function bitMaskFromGrey({ rows, columns, data }: GreyRaster, kernels: Kernels = openKernels()): BitMask {
  if (data.length === 0) return createBitMask(rows, columns);
  const blockRows = Math.min(rows, Math.max(1, Math.floor(blockBytes / (columns * data.BYTES_PER_ELEMENT))));
  kernels.startOver(blockRows * columns * data.BYTES_PER_ELEMENT + 4 * bitMaskWords(rows, columns).words + 64);
  const block = data instanceof Uint8Array ? kernels.bytes(blockRows * columns) : kernels.words16(blockRows * columns);
  const marks = createBitMask(rows, columns, kernels);
  // Masks have white in them nearly always, so its half is tried first; where the brightest is another value, all is marked again.
  let lowest = 2 ** (8 * data.BYTES_PER_ELEMENT - 1);
  for (;;) {
    let max = 0;
    for (let y = 0; y < rows; y += blockRows) {
      const count = Math.min(blockRows, rows - y);
      const part = block.subarray(0, count * columns);
      part.set(data.subarray(y * columns, (y + count) * columns));
      max = Math.max(max, kernels.valueRange(part).max);
      kernels.markFrom(part, lowest, { ...marks, rows: count, words: marks.words.subarray(y * marks.strideWords) });
    }
    // Above half of the brightest; of zeros nothing.
    const aboveHalf = Math.floor(max / 2) + 1;
    if (lowest === aboveHalf) return { ...marks, words: marks.words.slice() };
    lowest = aboveHalf;
  }
}
