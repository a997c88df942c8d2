import { maskToPolygons, packMask, type Mask, type Raster8 } from '@mammoline/imaging';
import sharp, { type Sharp } from 'sharp';
import { createCanvas, drawOver, placeGrey } from '../../drawing/canvas.ts';
import { drawContours } from '../../drawing/draw-contours.ts';
import { drawLegend, legendWidthPx } from '../../drawing/draw-legend.ts';
import { drawScaleBar, scaleBar, scaleBarWidthPx, type PixelWidth } from '../../drawing/scale-bar.ts';
import type { Region } from './region.ts';

export interface Drawn {
  readonly mask: Mask;
  /** `#rrggbb` */
  readonly colour: string;
  readonly name: string;
}

export interface OverlayOptions {
  /** Of the mammogram. */
  readonly region: Region;
  /** Of the picture, without what is written below it. */
  readonly maxSidePx: number;
  /** Whether the names of what is drawn are written below. */
  readonly hasLegend: boolean;
  /** Where it is known, a scale bar is drawn below. */
  readonly pixelWidth: PixelWidth | undefined;
}

const [stripPx, letterPx, marginPx] = [30, 11, 10];
const [stripGrey, ink] = [0x20, '#f0f0f0'];

/**
 * A region of a mammogram, as large as fits into a square, with the outlines of masks over it; a later one covers an earlier one. Legend and scale bar are in
 * a strip below, where they hide nothing. The orientation is that of the source.
 * @returns a sharp pipeline of an RGB image: `.png()` or `.webp()` it
 */
export async function drawOverlay(image: Raster8, drawn: readonly Drawn[], options: OverlayOptions): Promise<Sharp> {
  const { region, maxSidePx, hasLegend, pixelWidth } = options;
  const scale = maxSidePx / Math.max(region.width, region.height);
  const [width, height] = [Math.max(1, Math.round(region.width * scale)), Math.max(1, Math.round(region.height * scale))];
  const data = await sharp(image.data, { raw: { width: image.columns, height: image.rows, channels: 1 } })
    .extract(region)
    .resize(width, height, { fit: 'fill', kernel: scale > 1 ? 'cubic' : 'lanczos3' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const bar = pixelWidth && scaleBar(pixelWidth, 1 / scale, width / 4);
  const legendPx = hasLegend ? legendWidthPx(drawn, letterPx) : 0;
  // One below the other where they do not fit beside each other.
  const isStacked = bar !== undefined && hasLegend && legendPx + scaleBarWidthPx(bar, letterPx) > width - 2 * marginPx;
  const strips = isStacked ? 2 : hasLegend || bar !== undefined ? 1 : 0;
  const canvas = createCanvas(width, height + strips * stripPx, stripGrey);
  placeGrey(canvas, { rows: height, columns: width, data }, 0, 0);
  const place = (ring: readonly number[]): readonly number[] =>
    ring.map((value, at) => (value + 0.5 - (at % 2 === 0 ? region.left : region.top)) * scale - 0.5);
  const outlines = drawn.map(({ mask, colour }) => {
    // What is simplified is less than half a pixel of the picture.
    const polygons = maskToPolygons(packMask(mask), 0.4 / scale);
    return drawContours({ polygons, colour, place, strokePx: Math.max(2, maxSidePx / 400) });
  });
  const elements = [`<svg width="${String(width)}" height="${String(height)}">${outlines.join('')}</svg>`];
  if (hasLegend) elements.push(drawLegend(drawn, marginPx, height + (stripPx + letterPx) / 2, letterPx, ink));
  if (bar !== undefined) elements.push(drawScaleBar(bar, width - marginPx, height + (strips - 0.5) * stripPx, letterPx, ink));
  return drawOver(canvas, elements);
}

export const wholeOf = (image: { readonly rows: number; readonly columns: number }): Region => ({
  left: 0,
  top: 0,
  width: image.columns,
  height: image.rows,
});
