import { describeError, invalid } from '@mammoline/kernel';
import type { Rectangle } from './crop.ts';

/**
 * What preparation did to the shape of an image, in this order: cut out `crop`, mirror it, pad it at the right and bottom to a square, resize the
 * square to the network's. Plain JSON, and invertible.
 */
export interface Geometry {
  readonly source: { readonly rows: number; readonly columns: number };
  readonly crop: Rectangle;
  readonly isFlipped: boolean;
  readonly paddedSidePx: number;
  readonly networkSidePx: number;
}

/** A position in pixels; whole numbers are pixel centres. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a point of the source image lies in the network's image. */
export function forwardPoint({ x, y }: Point, geometry: Geometry): Point {
  const { crop, isFlipped, paddedSidePx, networkSidePx } = geometry;
  const cropX = isFlipped ? crop.columns - 1 - (x - crop.left) : x - crop.left;
  const scale = networkSidePx / paddedSidePx;
  return { x: (cropX + 0.5) * scale - 0.5, y: (y - crop.top + 0.5) * scale - 0.5 };
}

/** Where a point of the network's image lies in the source image: the inverse of {@link forwardPoint}. */
export function inversePoint({ x, y }: Point, geometry: Geometry): Point {
  const { crop, isFlipped, paddedSidePx, networkSidePx } = geometry;
  const scale = paddedSidePx / networkSidePx;
  const cropX = (x + 0.5) * scale - 0.5;
  return { x: (isFlipped ? crop.columns - 1 - cropX : cropX) + crop.left, y: (y + 0.5) * scale - 0.5 + crop.top };
}

/**
 * Takes a geometry back from its JSON.
 * @throws Failure invalid where it is none
 */
export function parseGeometry(json: unknown): Geometry {
  try {
    const { source, crop, isFlipped, paddedSidePx, networkSidePx } = fields(json);
    const geometry = {
      source: { rows: size(fields(source)['rows']), columns: size(fields(source)['columns']) },
      crop: {
        top: size(fields(crop)['top']),
        left: size(fields(crop)['left']),
        rows: size(fields(crop)['rows']),
        columns: size(fields(crop)['columns']),
      },
      isFlipped: flag(isFlipped),
      paddedSidePx: size(paddedSidePx),
      networkSidePx: size(networkSidePx),
    };
    refuseImpossible(geometry);
    return geometry;
  } catch (error) {
    throw invalid(`not a geometry: found ${JSON.stringify(json)}: ${describeError(error)}`, { cause: error });
  }
}

/** What can't be inverted: all sizes of what preparation makes are at least one pixel, and each holds the one before. */
function refuseImpossible({ source, crop, paddedSidePx, networkSidePx }: Geometry): void {
  if (crop.rows < 1 || crop.columns < 1 || crop.top + crop.rows > source.rows || crop.left + crop.columns > source.columns) {
    throw invalid('the crop is empty or reaches beyond its source');
  }
  if (paddedSidePx < crop.rows || paddedSidePx < crop.columns) throw invalid('the padded square is smaller than the crop');
  if (networkSidePx < 1) throw invalid("the network's image is empty");
}

function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw invalid(`found ${JSON.stringify(value)}, expected true or false`);
  return value;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw invalid(`found ${JSON.stringify(value)}, expected an object`);
  return Object.fromEntries(Object.entries(value));
}

function size(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw invalid(`found ${JSON.stringify(value)}, expected a number of pixels`);
  }
  return value;
}
