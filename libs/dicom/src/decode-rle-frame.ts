import { invalid } from '@mammoline/kernel';

/**
 * Decodes a grey frame of RLE Lossless (PS3.5, annex G): one PackBits segment a byte plane, the most significant first.
 * @throws Failure invalid where segments are missing, go beyond the frame, or fill less than the image
 */
export function decodeRleFrame(frame: Uint8Array, pixelCount: number, bitsAllocated: number): Uint8Array | Uint16Array {
  const planes = bitsAllocated / 8;
  const header = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const segments = header.length >= 64 ? header.readUInt32LE(0) : 0;
  if (segments !== planes)
    throw invalid(`RLE: found ${String(segments)} segments; expected ${String(planes)} for ${String(bitsAllocated)} bits`);
  const decoded = Array.from({ length: planes }, (_, plane) => {
    const start = header.readUInt32LE(4 + 4 * plane);
    const end = plane + 1 < planes ? header.readUInt32LE(8 + 4 * plane) : frame.length;
    if (start < 64 || end < start || end > frame.length) throw invalid(`RLE: segment ${String(plane + 1)} lies outside the frame`);
    return unpackBits(frame.subarray(start, end), pixelCount);
  });
  const [high, low] = decoded;
  if (high === undefined) throw invalid('RLE: no segment');
  return low === undefined ? high : Uint16Array.from(high, (byte, index) => byte * 256 + (low[index] ?? 0));
}

/** PackBits: n >= 0 copies n + 1 bytes, -127 to -1 repeats the next byte 1 - n times, -128 does nothing. */
function unpackBits(segment: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let written = 0;
  let read = 0;
  while (written < length && read < segment.length) {
    const control = segment[read] ?? 0;
    read += 1;
    if (control < 128) {
      const literal = segment.subarray(read, Math.min(read + control + 1, read + length - written));
      out.set(literal, written);
      written += literal.length;
      read += control + 1;
    } else if (control > 128) {
      const run = Math.min(257 - control, length - written);
      out.fill(segment[read] ?? 0, written, written + run);
      written += run;
      read += 1;
    }
  }
  if (written < length) throw invalid(`RLE: found ${String(written)} bytes in a segment; expected ${String(length)}`);
  return out;
}
