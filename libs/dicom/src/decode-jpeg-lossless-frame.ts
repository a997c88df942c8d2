import { createRequire } from 'node:module';
import { describeError, invalid } from '@mammoline/kernel';

/** The part of jpeg-lossless-decoder-js (which ships no types) that is used. */
interface JpegLosslessModule {
  readonly Decoder: new () => {
    /** How many rows are complete. */
    readonly yLoc: number;
    decode(buffer: ArrayBuffer, offset: number, length: number, bytesPerComponent: number): Uint8Array | Uint16Array;
  };
}

const { Decoder } = createRequire(import.meta.url)('jpeg-lossless-decoder-js') as JpegLosslessModule;

/**
 * Decodes a grey frame of JPEG Lossless (processes 14 and 14 SV1).
 * @throws Failure invalid where the stream is damaged or its size is not that of the header
 */
export function decodeJpegLosslessFrame(frame: Uint8Array, rows: number, columns: number, bitsAllocated: number): Uint8Array | Uint16Array {
  const size = findFrameSize(frame);
  if (size?.rows !== rows || size.columns !== columns || size.components !== 1) {
    const found =
      size === undefined ? 'no frame header' : `${String(size.rows)} x ${String(size.columns)}, ${String(size.components)} components`;
    throw invalid(
      `JPEG Lossless: found ${found}; expected ${String(rows)} x ${String(columns)} and one component, as the DICOM header has it`,
    );
  }
  const padded = padBeforeEnd(frame);
  const decoder = new Decoder();
  let data: Uint8Array | Uint16Array;
  try {
    data = decoder.decode(padded.buffer, 0, padded.length, bitsAllocated / 8);
  } catch (error) {
    throw invalid(`JPEG Lossless: the stream can't be decoded: ${describeError(error)}`, { cause: error });
  }
  if (decoder.yLoc < rows) throw invalid(`JPEG Lossless: found ${String(decoder.yLoc)} whole rows in the stream; expected ${String(rows)}`);
  return bitsAllocated === 8 ? Uint8Array.from(data) : Uint16Array.from(data);
}

/**
 * Puts zeros before the end-of-image marker: the decoder looks ahead by up to two bytes, and drops the last pixel when it meets the marker there
 * (seen in a conformance file; jpeg-lossless-decoder-js 2.1.2, getHuffmanValue).
 */
function padBeforeEnd(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const end = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).lastIndexOf(endOfImage);
  const dataEnd = end < 0 ? frame.length : end;
  const padded = new Uint8Array(dataEnd + 8 + endOfImage.length);
  padded.set(frame.subarray(0, dataEnd));
  padded.set(endOfImage, dataEnd + 8);
  return padded;
}

const endOfImage = Uint8Array.of(0xff, 0xd9);

/** The size in the lossless frame header (SOF3), read before the decoder allocates what it says. */
function findFrameSize(frame: Uint8Array): { readonly rows: number; readonly columns: number; readonly components: number } | undefined {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  let position = 2;
  while (position + 10 <= bytes.length && bytes[position] === 0xff) {
    if (bytes[position + 1] === 0xc3) {
      return {
        rows: bytes.readUInt16BE(position + 5),
        columns: bytes.readUInt16BE(position + 7),
        components: bytes.readUInt8(position + 9),
      };
    }
    position += 2 + bytes.readUInt16BE(position + 2);
  }
  return undefined;
}
