import type { Polygon } from '@mammoline/imaging';

/** Where and how contours are drawn. */
export interface Contours {
  readonly polygons: readonly Polygon[];
  readonly colour: string;
  /** Of a ring x, y, x, y, ... through pixel centres, to pixels of the picture. */
  readonly place: (ring: readonly number[]) => readonly number[];
  readonly strokePx: number;
}

/** Outlines of the areas and of their holes as SVG, on a thin dark rim: they are seen on bright tissue, too. A single pixel is a dot. */
export function drawContours({ polygons, colour, place, strokePx }: Contours): string {
  const path = polygons
    .flatMap(({ outer, holes }) => [outer, ...holes])
    .map((ring) => `M${place(ring).map(placed).join(' ')}Z`)
    .join('');
  if (path === '') return '';
  const line = (stroke: string, widthPx: number, opacity: number): string =>
    `<path d="${path}" fill="none" stroke="${stroke}" stroke-opacity="${String(opacity)}" stroke-width="${String(widthPx)}" stroke-linecap="round" stroke-linejoin="round"/>`;
  return line('#000000', strokePx + 1.5, 0.55) + line(colour, strokePx, 1);
}

/** Pixel centres are whole numbers in masks, and halves in SVG. */
const placed = (value: number): string => (value + 0.5).toFixed(2);
