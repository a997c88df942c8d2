import type { Raster8 } from '@mammoline/imaging';

/**
 * Grey values for the eye: what lies between the 1st and the 99.7th percentile of the pixels that are not background is spread over 0..255.
 * The background of a scanned mammogram is most of the picture; counting it would darken the breast.
 */
export function windowGrey(image: { readonly rows: number; readonly columns: number; readonly data: Uint8Array | Uint16Array }): Raster8 {
  const histogram = new Uint32Array(65_536);
  for (const value of image.data) histogram[value] = (histogram[value] ?? 0) + 1;
  const background = histogram.findIndex((count) => count > 0);
  const foreground = image.data.length - (histogram[background] ?? 0);
  const low = percentile(histogram, background + 1, foreground * 0.01);
  const high = Math.max(low + 1, percentile(histogram, background + 1, foreground * 0.997));
  const table = Uint8Array.from(histogram, (_, value) => Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low)))));
  return { rows: image.rows, columns: image.columns, data: Uint8Array.from(image.data, (value) => table[value] ?? 0) };
}

function percentile(histogram: Uint32Array, from: number, rank: number): number {
  let seen = 0;
  for (let value = from; value < histogram.length; value += 1) {
    seen += histogram[value] ?? 0;
    if (seen > rank) return value;
  }
  return from;
}
