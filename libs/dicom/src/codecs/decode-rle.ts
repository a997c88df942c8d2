import { invalid } from '@mammoline/kernel';
import type { DecodedFrame, FrameShape } from './frame-shape.ts';

/** The number of segments and where each starts: 16 numbers of 32 bits. */
const headerBytes = 64;

/**
 * Decodes a frame of RLE Lossless (PS3.5, annex G): one PackBits segment a byte of a sample, the most significant first.
 * Ours, because the codecs at hand fill what a cut segment lacks with zeros and say nothing.
 * @throws Failure invalid where segments are missing, go beyond the frame, or fill less than the image
 */
export function decodeRle(frame: Uint8Array, { rows, columns, samplesPerPixel, bitsAllocated }: FrameShape): DecodedFrame {
  const bytesPerSample = bitsAllocated / 8;
  const planes = samplesPerPixel * bytesPerSample;
  const header = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const segments = header.length >= headerBytes ? header.readUInt32LE(0) : 0;
  if (segments !== planes || planes > 15) throw invalid(`found ${String(segments)} segments; expected ${String(planes)}`);
  const data = new Uint8Array(rows * columns * planes);
  for (let plane = 0; plane < planes; plane += 1) {
    const start = header.readUInt32LE(4 + 4 * plane);
    const end = plane + 1 < planes ? header.readUInt32LE(8 + 4 * plane) : frame.length;
    if (start < headerBytes || end < start || end > frame.length) throw invalid(`segment ${String(plane + 1)} lies outside the frame`);
    const significance = plane % bytesPerSample;
    const first = plane - significance + (bytesPerSample - 1 - significance);
    unpackBits(frame.subarray(start, end), data, first, planes);
  }
  return { rows, columns, samplesPerPixel, bytesPerSample, data };
}

/** PackBits: n >= 0 copies n + 1 bytes, -127 to -1 repeats the next byte 1 - n times, -128 does nothing. Fills every `step`th byte from `first`. */
function unpackBits(segment: Uint8Array, out: Uint8Array, first: number, step: number): void {
  let at = first;
  let read = 0;
  while (at < out.length && read < segment.length) {
    const control = segment[read] ?? 0;
    read += 1;
    if (control < 128) {
      const end = Math.min(read + control + 1, segment.length);
      for (; read < end && at < out.length; read += 1, at += step) out[at] = segment[read] ?? 0;
    } else if (control > 128) {
      const end = Math.min(at + (257 - control) * step, out.length);
      const value = segment[read] ?? 0;
      for (; at < end; at += step) out[at] = value;
      read += 1;
    }
  }
  if (at < out.length) throw invalid('a segment ends before the image does');
}
