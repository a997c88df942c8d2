import type { BitMask } from './bit-mask.ts';
import { openKernels } from './kernels/open-kernels.ts';
import { maskToGrey } from './mask-to-grey.ts';
import type { Mask, Raster8 } from './raster.ts';
import { reversedBits } from './reversed-bits.ts';
import { writePng } from './write-png.ts';

/** Of rows that are filtered at once: little memory, and few turns to zlib's thread. */
const blockBytes = 1 << 20;

/** An 8-bit grey PNG; equal images give equal bytes. */
export async function encodePng({ rows, columns, data }: Raster8): Promise<Uint8Array> {
  return writePng({ rows, columns, bitDepth: 8, blocks: filteredBlocks(rows, columns, data) });
}

function* filteredBlocks(rows: number, columns: number, data: Uint8Array): Generator<Uint8Array> {
  // Kernels of its own: zlib reads their memory while the caller goes on.
  const kernels = openKernels();
  const blockRows = Math.min(rows, Math.max(1, Math.floor(blockBytes / (columns + 1))));
  kernels.startOver((blockRows + 1) * (2 * columns + 1) + 64);
  // Above the first row are zeros, above each block the last row of the one before it.
  const block = kernels.bytes((blockRows + 1) * columns).fill(0, 0, columns);
  const filtered = kernels.bytes(blockRows * (columns + 1));
  for (let y = 0; y < rows; y += blockRows) {
    const count = Math.min(blockRows, rows - y);
    block.set(data.subarray(Math.max(0, y - 1) * columns, (y + count) * columns), y === 0 ? columns : 0);
    kernels.filterRows(block, count, columns, filtered);
    yield filtered.subarray(0, count * (columns + 1));
  }
}

/** An 8-bit grey PNG with 255 for marked and 0 for unmarked pixels. */
export async function encodeMaskPng(mask: Mask): Promise<Uint8Array> {
  return encodePng(maskToGrey(mask));
}

/** A PNG of one bit a pixel, which `decodeMaskPng` and all programs read as 0 and 255: for masks that stay within the pipeline. */
export async function encodeBitMaskPng({ rows, columns, strideWords, words }: BitMask): Promise<Uint8Array> {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const rowBytes = Math.ceil(columns / 8);
  const filtered = new Uint8Array(rows * (rowBytes + 1));
  for (let y = 0; y < rows; y += 1) {
    const from = 4 * y * strideWords;
    const to = y * (rowBytes + 1) + 1;
    // PNG has the leftmost pixel in the highest bit.
    for (let at = 0; at < rowBytes; at += 1) filtered[to + at] = reversedBits[bytes[from + at] ?? 0] ?? 0;
  }
  return writePng({ rows, columns, bitDepth: 1, blocks: [filtered] });
}
