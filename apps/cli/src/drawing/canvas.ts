import type { Raster8 } from '@mammoline/imaging';
import sharp, { type Sharp } from 'sharp';

/** An RGB picture in the making, row-major, three bytes a pixel. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** @param grey of all of it, 0 to 255 */
export function createCanvas(width: number, height: number, grey: number): Canvas {
  return { width, height, data: new Uint8Array(3 * width * height).fill(grey) };
}

/** Copies a grey picture, which lies within the canvas. */
export function placeGrey(canvas: Canvas, { rows, columns, data }: Raster8, left: number, top: number): void {
  for (let y = 0; y < rows; y += 1) {
    let to = 3 * ((top + y) * canvas.width + left);
    for (let x = 0; x < columns; x += 1, to += 3) canvas.data.fill(data[y * columns + x] ?? 0, to, to + 3);
  }
}

/**
 * The canvas with SVG elements over it, in its pixels. Where they draw nothing the canvas stays as it is.
 * @returns a sharp pipeline of an RGB image: `.png()` or `.webp()` it
 */
export function drawOver({ width, height, data }: Canvas, elements: readonly string[]): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}">${elements.join('')}</svg>`;
  // A noisy prediction has a long outline: sharp would refuse elements beyond 10 MB.
  const over = { input: Buffer.from(svg), unlimited: true };
  return sharp(data, { raw: { width, height, channels: 3 } })
    .composite([over])
    .removeAlpha();
}
