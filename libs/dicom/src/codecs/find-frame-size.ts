import type { PixelCodec } from '../transfer-syntax.ts';

/** What a codestream says of its image. */
export interface FrameSize {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
}

/**
 * Reads the size of a compressed frame from its own header, before a codec takes memory for it.
 * @returns undefined where there is no such header, or no end of image after it: the frame is cut, which some codecs fill up in silence
 */
export function findFrameSize(codec: Exclude<PixelCodec, 'rle'>, frame: Uint8Array): FrameSize | undefined {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const isJpeg = codec === 'jpeg' || codec === 'jpeg-ls';
  const at = isJpeg ? findStartOfFrame(bytes) : bytes.indexOf(sizeMarkers);
  if (at < 0 || at + (isJpeg ? 10 : 42) > bytes.length || bytes.lastIndexOf(endOfImage) < at) return undefined;
  if (isJpeg) {
    return { rows: bytes.readUInt16BE(at + 5), columns: bytes.readUInt16BE(at + 7), samplesPerPixel: bytes.readUInt8(at + 9) };
  }
  return {
    columns: bytes.readUInt32BE(at + 8) - bytes.readUInt32BE(at + 16),
    rows: bytes.readUInt32BE(at + 12) - bytes.readUInt32BE(at + 20),
    samplesPerPixel: bytes.readUInt16BE(at + 40),
  };
}

/** Start of codestream, then size (ISO/IEC 15444-1, A.5.1), at the start or within the boxes of a JP2 file. */
const sizeMarkers = Buffer.from('ff4fff51', 'hex');
/** That of JPEG and JPEG-LS, and JPEG 2000's end of codestream: no coded data has these two bytes in it. */
const endOfImage = Buffer.from('ffd9', 'hex');
/** Of any process, or of JPEG-LS; -1 where there is none. */
function findStartOfFrame(bytes: Buffer): number {
  let position = 2;
  while (position + 4 <= bytes.length && bytes[position] === 0xff) {
    const marker = bytes[position + 1] ?? 0;
    if (isStartOfFrame(marker)) return position;
    // A marker may be preceded by any number of fill bytes.
    position += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(position + 2);
  }
  return -1;
}

const isStartOfFrame = (marker: number): boolean =>
  marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc);
