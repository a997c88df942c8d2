import { invalid } from '@mammoline/kernel';
import { decodeStoredFrame, describeImage, refuseUndecodable } from './decode-stored-frame.ts';
import type { DicomHeader } from './dicom-header.ts';
import { defaultDicomLimits } from './dicom-limits.ts';
import type { DicomLimits } from './dicom-limits.ts';
import { inspectDataSet } from './inspect-dicom.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

/**
 * Grey pixels, row-major: `data[y * columns + x]`; 8-bit files give bytes, 16-bit files words. Where the file has them just so, they are a view of
 * its bytes and change with these.
 */
export interface GreyPixels {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array | Uint16Array;
}

export interface ReadPixelsOptions {
  /** From 0. Undefined for the only frame: a file of several is refused then. */
  readonly frameIndex?: number;
  readonly limits?: DicomLimits;
}

/**
 * Reads a grey image so that larger always means brighter: unused high bits are masked away, signed values are shifted up by half their range,
 * MONOCHROME1 is inverted within its stored bits. Rescale is left to the caller: it keeps the order.
 * @param fileBytes the whole file
 * @throws Failure invalid for a file that is no grey image, is beyond the limits, or whose transfer syntax is not decoded (the message names it)
 */
export function readPixels(
  fileBytes: Uint8Array,
  options: ReadPixelsOptions = {},
): { readonly header: DicomHeader; readonly pixels: GreyPixels } {
  const { frameIndex, limits = defaultDicomLimits } = options;
  if (fileBytes.length > limits.maxFileBytes)
    throw invalid(`found a file of ${String(fileBytes.length)} bytes; expected at most ${String(limits.maxFileBytes)}`);
  const inspected = inspectDataSet(fileBytes, fileBytes.length, limits);
  if (!inspected.ok) throw invalid(`the file is ${inspected.error.reason}: ${inspected.error.detail}; expected a whole DICOM image`);
  const { header, bytes } = inspected.value;
  refuseUndecodable(header, limits);
  refuseColour(header);
  if (frameIndex === undefined && header.frames !== 1)
    throw invalid(`found an image of several frames (${describeImage(header)}); expected one`);
  const data = toBrightness(decodeStoredFrame(header, bytes, frameIndex ?? 0, limits), header);
  return { header, pixels: { rows: header.rows, columns: header.columns, data } };
}

function refuseColour(header: DicomHeader): void {
  const { samplesPerPixel, photometric } = header;
  const isGrey = samplesPerPixel === 1 && (photometric === 'MONOCHROME1' || photometric === 'MONOCHROME2');
  if (isGrey) return;
  throw invalid(`found an image that is not grey (${describeImage(header)}); expected MONOCHROME1 or MONOCHROME2 with one sample a pixel`);
}

/** @returns the stored values themselves where nothing is to be changed, else others: the file stays as it is */
function toBrightness(stored: Uint8Array | Uint16Array, header: DicomHeader): Uint8Array | Uint16Array {
  const { bitsAllocated, bitsStored, highBit, isSigned, photometric } = header;
  const mask = 2 ** bitsStored - 1;
  const shift = Math.min(Math.max(0, highBit + 1 - bitsStored), bitsAllocated - bitsStored);
  // Adding half the range to a two's complement number is flipping its sign bit; inverting is flipping all bits.
  const flip = (isSigned ? 2 ** (bitsStored - 1) : 0) ^ (photometric === 'MONOCHROME1' ? mask : 0);
  if (shift === 0 && flip === 0 && bitsStored === bitsAllocated) return stored;
  // A lossy codec may overshoot the stored bits: 1024 of 10 bits is white, and must not become black by losing its high bit.
  const isHeldAtWhite = transferSyntaxOf(header.transferSyntaxUid).lossy && !isSigned && shift === 0;
  const data = stored instanceof Uint8Array ? new Uint8Array(stored.length) : new Uint16Array(stored.length);
  for (let index = 0; index < data.length; index += 1) {
    const value = stored[index] ?? 0;
    data[index] = (isHeldAtWhite ? Math.min(value, mask) : (value >>> shift) & mask) ^ flip;
  }
  return data;
}
