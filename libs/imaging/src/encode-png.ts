import sharp from 'sharp';
import { maskToGrey } from './mask-to-grey.ts';
import type { Mask, Raster8 } from './raster.ts';

/** An 8-bit grey PNG; equal images give equal bytes. */
export async function encodePng({ rows, columns, data }: Raster8): Promise<Uint8Array> {
  return sharp(data, { raw: { width: columns, height: rows, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/** An 8-bit grey PNG with 255 for marked and 0 for unmarked pixels. */
export async function encodeMaskPng(mask: Mask): Promise<Uint8Array> {
  return encodePng(maskToGrey(mask));
}
