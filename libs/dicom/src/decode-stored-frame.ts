import { Failure, invalid } from '@mammoline/kernel';
import { decodeFrame } from './codecs/decode-frame.ts';
import type { DicomHeader } from './dicom-header.ts';
import type { DicomLimits } from './dicom-limits.ts';
import { findFrames } from './find-frames.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

/**
 * The stored values of one frame, as the file has them: no mask, no shift, no inversion, the samples of a pixel as they lie.
 * @param bytes what the header's pixel offset refers to: the file, or the inflated data set
 * @param frameIndex from 0
 * @returns of uncompressed files a view of `bytes` where it can be one: not to be written to
 * @throws Failure invalid, naming the transfer syntax, for what is not decoded here
 */
export function decodeStoredFrame(
  header: DicomHeader,
  bytes: Uint8Array,
  frameIndex: number,
  limits: DicomLimits,
): Uint8Array | Uint16Array {
  const { transferSyntaxUid, pixelData } = header;
  const syntax = transferSyntaxOf(transferSyntaxUid);
  refuseUndecodable(header, limits);
  if (!Number.isInteger(frameIndex) || frameIndex < 0 || frameIndex >= header.frames)
    throw invalid(`found frame ${String(frameIndex)} asked for; expected one of 0 to ${String(header.frames - 1)}`);
  if (syntax.codec === undefined)
    return toSamples(nativeFrame(header, bytes, frameIndex, syntax.littleEndian), header.bitsAllocated, syntax.littleEndian);
  try {
    const frame = findFrames(bytes, pixelData?.offsetBytes ?? 0, header.frames, syntax.codec)[frameIndex];
    if (frame === undefined) throw invalid(`found no fragments of frame ${String(frameIndex)}`);
    return decodeFrame(syntax.codec, frame, header, limits.maxDecodeMs);
  } catch (error) {
    throw error instanceof Failure ? invalid(`${syntax.name}: ${error.message}`, { cause: error.cause }) : error;
  }
}

/** In words, for refusals. */
export function describeImage(header: DicomHeader): string {
  const { rows, columns, frames, samplesPerPixel, bitsAllocated, photometric } = header;
  return `${String(rows)} x ${String(columns)}, ${String(frames)} frames, ${String(samplesPerPixel)} samples, ${String(bitsAllocated)} bits, ${photometric ?? 'no photometric interpretation'}`;
}

/**
 * Refuses what is not decoded here or is beyond the limits, by the header alone.
 * @throws Failure invalid
 */
export function refuseUndecodable(header: DicomHeader, limits: DicomLimits): void {
  const { rows, columns, frames, bitsAllocated, bitsStored, transferSyntaxUid } = header;
  const found = describeImage(header);
  if (header.pixelData === undefined || rows === 0 || columns === 0) throw invalid(`found no image (${found}); expected a mammogram`);
  const { name, codec, encapsulated } = transferSyntaxOf(transferSyntaxUid);
  if (encapsulated && codec === undefined) {
    throw invalid(
      `pixels in ${name} (${transferSyntaxUid}) are not decoded here; expected uncompressed, deflated, RLE, JPEG, JPEG-LS, JPEG 2000 or HTJ2K: convert the file first`,
    );
  }
  if (bitsAllocated !== 8 && bitsAllocated !== 16)
    throw invalid(`found an image of unusual depth (${found}); expected 8 or 16 bits a pixel`);
  if (bitsStored < 1 || bitsStored > bitsAllocated)
    throw invalid(`found ${String(bitsStored)} stored bits in ${String(bitsAllocated)}; expected 1 to all`);
  const pixels = rows * columns * frames;
  if (pixels > limits.maxPixels) throw invalid(`found an image too large (${found}); expected at most ${String(limits.maxPixels)} pixels`);
  const bytes = frameBytesOf(header);
  if (bytes > limits.maxDecodedBytes)
    throw invalid(`found an image too large (${found}); expected at most ${String(limits.maxDecodedBytes)} bytes a frame`);
}

const frameBytesOf = ({ rows, columns, samplesPerPixel, bitsAllocated }: DicomHeader): number =>
  rows * columns * samplesPerPixel * (bitsAllocated / 8);

/** A view: mammograms have tens of megabytes, and fresh memory costs more time than the pixels do. */
function nativeFrame(header: DicomHeader, bytes: Uint8Array, frameIndex: number, littleEndian: boolean): Uint8Array {
  const start = header.pixelData?.offsetBytes ?? 0;
  const there = Math.min(header.pixelData?.lengthBytes ?? 0, bytes.length - start);
  const frameBytes = frameBytesOf(header);
  const needed = frameBytes * header.frames;
  if (there < needed) throw invalid(`found ${String(there)} bytes of pixel data; expected ${String(needed)} for ${describeImage(header)}`);
  const first = frameIndex * frameBytes;
  if (littleEndian || header.bitsAllocated !== 8 || header.pixelData?.vr !== 'OW')
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start + first, frameBytes);
  // Bytes in big-endian words: the first of two pixels is the low byte, so the second of the file.
  return Uint8Array.from({ length: frameBytes }, (_, index) => bytes[start + ((first + index) ^ 1)] ?? 0);
}

function toSamples(frame: Uint8Array, bitsAllocated: number, littleEndian: boolean): Uint8Array | Uint16Array {
  if (bitsAllocated === 8) return frame;
  const isHostOrder = littleEndian === (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1);
  // After an element of odd length, or in a part of a larger buffer, words may lie across the places of words.
  if (isHostOrder && frame.byteOffset % 2 === 0) return new Uint16Array(frame.buffer, frame.byteOffset, frame.length / 2);
  const copy = new Uint8Array(frame);
  if (!isHostOrder) Buffer.from(copy.buffer).swap16();
  return new Uint16Array(copy.buffer);
}
