import { assertNever, describeError, invalid } from '@mammoline/kernel';
import type { PixelCodec } from '../transfer-syntax.ts';
import { decodeJpeg } from './decode-jpeg.ts';
import { decodeRle } from './decode-rle.ts';
import { decodeWithCornerstone } from './decode-with-cornerstone.ts';
import { findFrameSize } from './find-frame-size.ts';
import type { FrameSize } from './find-frame-size.ts';
import type { DecodedFrame, FrameShape } from './frame-shape.ts';
import { runWithin } from './run-within.ts';

/**
 * Decodes one compressed frame to samples as they were stored.
 * @throws Failure invalid where the frame is damaged or cut, is of another size than the header says, or takes too long
 */
export function decodeFrame(codec: PixelCodec, frame: Uint8Array, shape: FrameShape, maxDecodeMs: number): Uint8Array | Uint16Array {
  if (codec !== 'rle') refuseOtherSize(findFrameSize(codec, frame), shape);
  const decoded = runWithin(maxDecodeMs, 'decoding a frame', () => runCodec(codec, frame, shape));
  refuseOtherSize(decoded, shape);
  const { data, bytesPerSample } = decoded;
  const samples = shape.rows * shape.columns * shape.samplesPerPixel;
  if (data.length !== samples * bytesPerSample)
    throw invalid(
      `found ${String(data.length)} bytes in the frame; expected ${String(samples)} samples of ${String(bytesPerSample)} bytes`,
    );
  const found = bytesPerSample === 1 ? data : new Uint16Array(data.buffer);
  if (bytesPerSample === shape.bitsAllocated / 8) return found;
  // A codestream of up to 8 bits in a file of 16 widens; the other way values would be lost.
  if (bytesPerSample === 1) return Uint16Array.from(found);
  throw invalid(
    `found samples of ${String(bytesPerSample)} bytes in the frame; expected ${String(shape.bitsAllocated)} bits, as the header has it`,
  );
}

function runCodec(codec: PixelCodec, frame: Uint8Array, shape: FrameShape): DecodedFrame {
  try {
    switch (codec) {
      case 'rle':
        return decodeRle(frame, shape);
      case 'jpeg':
        return decodeJpeg(frame, shape);
      case 'jpeg-ls':
      case 'jpeg-2000':
      case 'htj2k':
        return decodeWithCornerstone(codec, frame);
      default:
        return assertNever(codec, 'codec');
    }
  } catch (error) {
    // What C++ throws arrives as a number, its place in the codec's memory.
    const reason = typeof error === 'number' ? 'the codec refuses it' : describeError(error);
    throw invalid(`the frame can't be decoded: ${reason}`, { cause: error });
  }
}

function refuseOtherSize(found: FrameSize | undefined, expected: FrameSize): void {
  if (found?.rows === expected.rows && found.columns === expected.columns && found.samplesPerPixel === expected.samplesPerPixel) return;
  const what = found === undefined || found.rows === 0 ? 'no whole image' : formatSize(found);
  throw invalid(`found ${what} in the frame; expected ${formatSize(expected)}, as the DICOM header has it`);
}

const formatSize = ({ rows, columns, samplesPerPixel }: FrameSize): string =>
  `${String(rows)} x ${String(columns)} pixels of ${String(samplesPerPixel)} samples`;
