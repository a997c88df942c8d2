import { invalid, toFailure } from '@mammoline/kernel';
import sharp from 'sharp';
import { maskFromGrey } from './mask-from-grey.ts';
import type { Mask, Raster8 } from './raster.ts';

/** Reads an 8-bit grey PNG. @throws Failure invalid for anything else */
export async function decodePng(bytes: Uint8Array): Promise<Raster8> {
  try {
    const image = sharp(bytes, { limitInputPixels: false });
    const { format, depth, channels } = await image.metadata();
    if (format !== 'png' || depth !== 'uchar' || channels !== 1) {
      throw invalid(`found ${format} with ${channels} channels of ${depth}; expected an 8-bit grey PNG`);
    }
    const { data, info } = await image.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    return { rows: info.height, columns: info.width, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  } catch (error) {
    throw toFailure(error, 'invalid', `found ${bytes.length} bytes that are not a PNG`);
  }
}

/** Reads a mask that `encodeMaskPng` wrote. @throws Failure invalid for anything but an 8-bit grey PNG */
export async function decodeMaskPng(bytes: Uint8Array): Promise<Mask> {
  return maskFromGrey(await decodePng(bytes));
}
