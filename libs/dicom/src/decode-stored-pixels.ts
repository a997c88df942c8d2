import { invalid } from '@mammoline/kernel';
import type { DicomHeader } from './dicom-header.ts';
import { decodeJpegLosslessFrame } from './decode-jpeg-lossless-frame.ts';
import { decodeRleFrame } from './decode-rle-frame.ts';
import { readFragments } from './read-fragments.ts';
import { jpegLossless, jpegLosslessFirstOrder, rleLossless, transferSyntaxOf } from './transfer-syntax.ts';

/** A CBIS-DDSM mammogram has up to 34 megapixels; ten times that is refused before anything is allocated. */
const maxPixels = 400_000_000;

/**
 * The stored values of a grey single-frame image, as the file has them: no mask, no shift, no inversion.
 * @param bytes what the header's pixel offset refers to: the file, or the inflated data set
 * @throws Failure invalid, naming the transfer syntax, for what is not decoded here
 */
export function decodeStoredPixels(header: DicomHeader, bytes: Uint8Array): Uint8Array | Uint16Array {
  refuseOtherThanOneGreyFrame(header);
  const pixelCount = header.rows * header.columns;
  const frameBytes = pixelCount * (header.bitsAllocated / 8);
  const syntax = transferSyntaxOf(header.transferSyntaxUid);
  if (!syntax.encapsulated) return toWords(nativeFrame(header, bytes, frameBytes), header.bitsAllocated, syntax.littleEndian);
  const fragments = (): Uint8Array => readFragments(bytes, header.pixelData?.offsetBytes ?? 0);
  switch (header.transferSyntaxUid) {
    case rleLossless:
      return decodeRleFrame(fragments(), pixelCount, header.bitsAllocated);
    case jpegLossless:
    case jpegLosslessFirstOrder:
      return decodeJpegLosslessFrame(fragments(), header.rows, header.columns, header.bitsAllocated);
    default:
      throw invalid(
        `pixels in ${syntax.name} (${header.transferSyntaxUid}) are not decoded here; expected ${decodedNames}: convert the file first`,
      );
  }
}

const decodedNames = 'uncompressed, deflated, RLE or JPEG Lossless pixels';

function refuseOtherThanOneGreyFrame(header: DicomHeader): void {
  const { rows, columns, frames, samplesPerPixel, bitsAllocated, bitsStored, photometric } = header;
  const found = `${String(rows)} x ${String(columns)}, ${String(frames)} frames, ${String(samplesPerPixel)} samples, ${String(bitsAllocated)} bits, ${photometric ?? 'no photometric interpretation'}`;
  if (header.pixelData === undefined || rows === 0 || columns === 0) throw invalid(`found no image (${found}); expected a mammogram`);
  const isGrey = samplesPerPixel === 1 && (photometric === 'MONOCHROME1' || photometric === 'MONOCHROME2');
  if (!isGrey) throw invalid(`found an image that is not grey (${found}); expected MONOCHROME1 or MONOCHROME2 with one sample a pixel`);
  if (frames !== 1) throw invalid(`found an image of several frames (${found}); expected one`);
  if (bitsAllocated !== 8 && bitsAllocated !== 16)
    throw invalid(`found an image of unusual depth (${found}); expected 8 or 16 bits a pixel`);
  if (bitsStored < 1 || bitsStored > bitsAllocated)
    throw invalid(`found ${String(bitsStored)} stored bits in ${String(bitsAllocated)}; expected 1 to all`);
  if (rows * columns > maxPixels) throw invalid(`found an image too large (${found}); expected at most ${String(maxPixels)} pixels`);
}

function nativeFrame(header: DicomHeader, bytes: Uint8Array, frameBytes: number): Uint8Array {
  const start = header.pixelData?.offsetBytes ?? 0;
  const there = Math.min(header.pixelData?.lengthBytes ?? 0, bytes.length - start);
  if (there < frameBytes) {
    throw invalid(
      `found ${String(there)} bytes of pixel data; expected ${String(frameBytes)} for ${String(header.rows)} x ${String(header.columns)}`,
    );
  }
  return bytes.subarray(start, start + frameBytes);
}

/** Copies, so that the result does not keep the whole file and is aligned. */
function toWords(frame: Uint8Array, bitsAllocated: number, littleEndian: boolean): Uint8Array | Uint16Array {
  const copy = new Uint8Array(frame);
  if (bitsAllocated === 8) return copy;
  const words = new Uint16Array(copy.buffer);
  const isHostOrder = littleEndian === (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1);
  if (!isHostOrder) Buffer.from(copy.buffer).swap16();
  return words;
}
