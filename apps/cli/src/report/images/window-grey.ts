import type { Raster8 } from '@mammoline/imaging';

/** Of each side: the white and black edges of a scanned film, and most of its labels, say nothing about the breast. */
const ignoredEdge = 0.06;

/**
 * Grey values for the eye: what lies between the 1st and the 99.5th percentile of the pixels inside the edges that are not background is spread
 * over 0..255. The background of a mammogram is most of the picture; counting it would darken the breast.
 */
export function windowGrey(image: { readonly rows: number; readonly columns: number; readonly data: Uint8Array | Uint16Array }): Raster8 {
  const histogram = interiorHistogram(image);
  const background = histogram.findIndex((count) => count > 0);
  const foreground = histogram.reduce((sum, count) => sum + count, 0) - (histogram[background] ?? 0);
  const low = percentile(histogram, background + 1, foreground * 0.01);
  const high = Math.max(low + 1, percentile(histogram, background + 1, foreground * 0.995));
  const table = Uint8Array.from(histogram, (_, value) => Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low)))));
  return { rows: image.rows, columns: image.columns, data: Uint8Array.from(image.data, (value) => table[value] ?? 0) };
}

function interiorHistogram({ rows, columns, data }: Parameters<typeof windowGrey>[0]): Uint32Array {
  const histogram = new Uint32Array(65_536);
  const [marginY, marginX] = [Math.floor(rows * ignoredEdge), Math.floor(columns * ignoredEdge)];
  for (let y = marginY; y < rows - marginY; y += 1) {
    for (let x = marginX; x < columns - marginX; x += 1) {
      const value = data[y * columns + x] ?? 0;
      histogram[value] = (histogram[value] ?? 0) + 1;
    }
  }
  return histogram;
}

function percentile(histogram: Uint32Array, from: number, rank: number): number {
  let seen = 0;
  for (let value = from; value < histogram.length; value += 1) {
    seen += histogram[value] ?? 0;
    if (seen > rank) return value;
  }
  return from;
}
