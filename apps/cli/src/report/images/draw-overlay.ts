import type { Mask, Raster8 } from '@mammoline/imaging';
import sharp, { type Sharp } from 'sharp';
import { outline } from './outline.ts';
import type { Region } from './region.ts';

/** Colours of Okabe and Ito's palette, told apart by all kinds of colour vision, and both bright on a dark mammogram. */
export const truthColour = '#56b4e9';
export const predictionColour = '#e69f00';

export interface Drawn {
  readonly mask: Mask;
  /** `#rrggbb` */
  readonly colour: string;
}

/**
 * A region of a mammogram, as large as fits into a square, with the outlines of masks over it; a later one covers an earlier one.
 * The orientation is that of the source.
 * @returns a sharp pipeline of an RGB image: `.png()` or `.webp()` it
 */
export async function drawOverlay(image: Raster8, drawn: readonly Drawn[], region: Region, maxSide: number): Promise<Sharp> {
  const scale = maxSide / Math.max(region.width, region.height);
  const [width, height] = [Math.max(1, Math.round(region.width * scale)), Math.max(1, Math.round(region.height * scale))];
  const grey = await sharp(image.data, { raw: { width: image.columns, height: image.rows, channels: 1 } })
    .extract(region)
    .resize(width, height, { fit: 'fill', kernel: scale > 1 ? 'cubic' : 'lanczos3' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1) pixels.fill(grey[at] ?? 0, 3 * at, 3 * at + 3);
  for (const { mask, colour } of drawn) {
    const line = outline(mask, region, width, height).data;
    const rgb = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
    for (let at = 0; at < line.length; at += 1) {
      if (line[at] !== 1) continue;
      // A pixel thicker, so that the line is still seen where the picture is shown at half its size.
      for (const dot of [at, at + 1, at + width]) if (dot < line.length) pixels.set(rgb, 3 * dot);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export const wholeOf = (image: { readonly rows: number; readonly columns: number }): Region => ({
  left: 0,
  top: 0,
  width: image.columns,
  height: image.rows,
});
