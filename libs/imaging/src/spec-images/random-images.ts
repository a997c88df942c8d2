import fc from 'fast-check';
import type { Mask, Raster16, Raster8 } from '../raster.ts';

/** A stream of numbers in [0, 1) from a seed (mulberry32), so that fast-check shrinks sizes and patterns and not a million pixels. */
function numbersFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const patterns = ['black', 'white', 'noise', 'sparse', 'blobs', 'ramp', 'breast'] as const;

interface Plan {
  readonly rows: number;
  readonly columns: number;
  readonly pattern: (typeof patterns)[number];
  readonly seed: number;
}

/** Sizes that divide by eight and that do not, and images one pixel wide or high. */
const plans = (smallestPx: number, largestPx: number): fc.Arbitrary<Plan> => {
  const side = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: smallestPx, max: largestPx }) },
    { weight: 2, arbitrary: fc.integer({ min: Math.ceil(smallestPx / 8), max: Math.floor(largestPx / 8) }).map((eighth) => 8 * eighth) },
    { weight: 1, arbitrary: fc.constant(smallestPx) },
  );
  return fc.record({ rows: side, columns: side, pattern: fc.constantFrom(...patterns), seed: fc.integer() });
};

/** Real values from 0 to 1; blobs and breasts may touch every border. */
function paint({ rows, columns, pattern, seed }: Plan): Float64Array {
  const next = numbersFrom(seed);
  const painted = new Float64Array(rows * columns);
  const fill = (value: (x: number, y: number) => number): Float64Array =>
    painted.map((_, at) => value(at % columns, Math.floor(at / columns)));
  switch (pattern) {
    case 'black':
      return painted;
    case 'white':
      return painted.fill(1);
    case 'noise':
      return fill(next);
    case 'sparse':
      return fill(() => (next() < 0.02 ? 1 : 0));
    case 'ramp':
      return fill((x, y) => (x + y) / (rows + columns));
    case 'breast': {
      const [across, down, wide] = [next() * columns, next() * rows, 0.2 + next()];
      return fill((x, y) => {
        const distance = Math.hypot((x - across) / columns, (y - down) / rows) / wide;
        return distance < 1 ? 0.2 + 0.7 * (1 - distance) + 0.1 * next() : 0;
      });
    }
    case 'blobs':
      for (let blob = 0; blob < 6; blob += 1) {
        const [top, left] = [Math.floor(next() * rows), Math.floor(next() * columns)];
        const [bottom, right] = [Math.min(rows, top + 1 + Math.floor(next() * 60)), Math.min(columns, left + 1 + Math.floor(next() * 60))];
        const value = next() < 0.3 ? 0 : next();
        for (let y = top; y < bottom; y += 1) painted.fill(value, y * columns + left, y * columns + right);
      }
      return painted;
  }
}

/** Grey images of 16 bits: of the whole range or a part of it. */
export const images16 = (smallestPx: number, largestPx: number): fc.Arbitrary<Raster16> =>
  fc
    .record({
      plan: plans(smallestPx, largestPx),
      low: fc.integer({ min: 0, max: 5000 }),
      high: fc.constantFrom(300, 4095, 40_000, 65_535),
    })
    .map(({ plan, low, high }) => ({
      rows: plan.rows,
      columns: plan.columns,
      data: Uint16Array.from(paint(plan), (value) => Math.min(low, high) + Math.floor(value * (high - Math.min(low, high)))),
    }));

export const images8 = (smallestPx: number, largestPx: number): fc.Arbitrary<Raster8> =>
  plans(smallestPx, largestPx).map((plan) => ({
    rows: plan.rows,
    columns: plan.columns,
    data: Uint8Array.from(paint(plan), (value) => Math.floor(value * 255)),
  }));

export const masks = (smallestPx: number, largestPx: number): fc.Arbitrary<Mask> =>
  plans(smallestPx, largestPx).map((plan) => ({
    rows: plan.rows,
    columns: plan.columns,
    data: Uint8Array.from(paint(plan), (value) => (value > 0.4 ? 1 : 0)),
  }));
