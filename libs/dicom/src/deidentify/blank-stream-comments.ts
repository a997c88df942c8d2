import type { PixelCodec } from '../transfer-syntax.ts';

/**
 * Fills the comments of a compressed picture with zeros, in place: text that an encoder, or the one before it, wrote beside the pixels. Lengths stay, and so do the pixels.
 * JPEG and JPEG-LS (ISO/IEC 10918-1, B.2.4): COM, and application data but for what decoders read (JFIF, SPIFF, Adobe). JPEG 2000 and HTJ2K (ISO/IEC 15444-1, A.9.2): COM.
 * @param fragment one that does not begin a codestream is left as it is
 * @returns whether there were any
 */
export function blankStreamComments(fragment: Buffer, codec: PixelCodec): boolean {
  switch (codec) {
    case 'jpeg':
    case 'jpeg-ls':
      return fragment.length > 2 && fragment.readUInt16BE(0) === 0xffd8 && blankJpeg(fragment);
    case 'jpeg-2000':
    case 'htj2k':
      return fragment.length > 2 && fragment.readUInt16BE(0) === 0xff4f && blankJpeg2000(fragment);
    case 'rle':
      return false;
  }
}

const startOfScan = 0xda;
const endOfImage = 0xd9;
const comment = 0xfe;
/** APP0 (JFIF), APP8 (SPIFF) and APP14 (Adobe) tell how colours lie. */
const readByDecoders: ReadonlySet<number> = new Set([0xe0, 0xe8, 0xee]);
const isStandalone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
const isApplicationData = (marker: number): boolean => marker >= 0xe0 && marker <= 0xef && !readByDecoders.has(marker);

function blankJpeg(stream: Buffer): boolean {
  let isBlanked = false;
  let position = 2;
  while (position + 4 <= stream.length) {
    const marker = stream.readUInt8(position + 1);
    // Between segments a scan's data, in which no byte of 0xC0 and more follows 0xFF but the restart markers; and fill bytes.
    if (stream.readUInt8(position) !== 0xff || marker < 0xc0 || marker === 0xff) position += 1;
    else if (isStandalone(marker)) position += 2;
    else if (marker === endOfImage) return isBlanked;
    else {
      const end = Math.min(position + 2 + stream.readUInt16BE(position + 2), stream.length);
      if (marker !== startOfScan && (marker === comment || isApplicationData(marker)))
        isBlanked = blank(stream, position + 4, end) || isBlanked;
      position = Math.max(end, position + 2);
    }
  }
  return isBlanked;
}

const startOfTilePart = 0xff90;
const startOfData = 0xff93;
const comment2000 = 0xff64;

/** Main header, then the headers of tile parts, each of which says how long it is. */
function blankJpeg2000(stream: Buffer): boolean {
  let isBlanked = false;
  let position = 2;
  let nextTilePart = 0;
  while (position + 6 <= stream.length) {
    const marker = stream.readUInt16BE(position);
    if (marker === startOfData) {
      if (nextTilePart <= position) return isBlanked;
      position = nextTilePart;
      continue;
    }
    if (marker < 0xff00) return isBlanked;
    const end = Math.min(position + 2 + stream.readUInt16BE(position + 2), stream.length);
    if (marker === startOfTilePart && position + 10 <= stream.length) nextTilePart = position + stream.readUInt32BE(position + 6);
    // Two bytes say what kind of comment it is.
    if (marker === comment2000) isBlanked = blank(stream, position + 6, end) || isBlanked;
    position = Math.max(end, position + 2);
  }
  return isBlanked;
}

function blank(stream: Buffer, start: number, end: number): boolean {
  if (start >= end || stream.subarray(start, end).every((byte) => byte === 0)) return false;
  stream.fill(0, start, end);
  return true;
}
