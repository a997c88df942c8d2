import { invalid } from '@mammoline/kernel';
import { decodeStoredPixels } from './decode-stored-pixels.ts';
import type { DicomHeader } from './dicom-header.ts';
import { inspectDicom } from './inspect-dicom.ts';
import { parseDataSet } from './parse-data-set.ts';

/** Grey pixels, row-major: `data[y * columns + x]`; 8-bit files give bytes, 16-bit files words. */
export interface GreyPixels {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array | Uint16Array;
}

/**
 * Reads a grey single-frame image so that larger always means brighter: unused high bits are masked away, signed values are shifted up by half
 * their range, MONOCHROME1 is inverted within its stored bits. Rescale is left to the caller: it keeps the order.
 * @param fileBytes the whole file
 * @throws Failure invalid for a file that is no grey single-frame image, or whose transfer syntax is not decoded (the message names it)
 */
export function readPixels(fileBytes: Uint8Array): { readonly header: DicomHeader; readonly pixels: GreyPixels } {
  const inspected = inspectDicom(fileBytes, fileBytes.length);
  if (!inspected.ok) throw invalid(`the file is ${inspected.error.reason}: ${inspected.error.detail}; expected a whole DICOM image`);
  const header = inspected.value;
  // Inflated again rather than kept with the header: deflated mammograms are rare, and headers are kept long.
  const bytes = parseDataSet(fileBytes)?.bytes ?? fileBytes;
  const data = decodeStoredPixels(header, bytes);
  toBrightness(data, header);
  return { header, pixels: { rows: header.rows, columns: header.columns, data } };
}

/** In place. */
function toBrightness(data: Uint8Array | Uint16Array, header: DicomHeader): void {
  const { bitsAllocated, bitsStored, highBit, isSigned, photometric } = header;
  const mask = 2 ** bitsStored - 1;
  const shift = Math.min(Math.max(0, highBit + 1 - bitsStored), bitsAllocated - bitsStored);
  // Adding half the range to a two's complement number is flipping its sign bit; inverting is flipping all bits.
  const flip = (isSigned ? 2 ** (bitsStored - 1) : 0) ^ (photometric === 'MONOCHROME1' ? mask : 0);
  if (shift === 0 && flip === 0 && bitsStored === bitsAllocated) return;
  for (let index = 0; index < data.length; index += 1) data[index] = (((data[index] ?? 0) >>> shift) & mask) ^ flip;
}
