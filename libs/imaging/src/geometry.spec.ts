import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cropBorders } from './crop-borders.ts';
import { forwardContour } from './forward-contour.ts';
import { forwardMask } from './forward-mask.ts';
import { forwardPoint, inversePoint, parseGeometry, type Geometry } from './geometry.ts';
import { inverseContour } from './inverse-contour.ts';
import { inverseMask } from './inverse-mask.ts';
import { inverseProbabilities } from './inverse-probabilities.ts';
import { maskArea } from './mask-area.ts';
import { maskOverlap } from './mask-overlap.ts';
import { maskToPolygons } from './mask-to-polygons.ts';
import { polygonArea } from './polygon-area.ts';
import { prepareMask } from './prepare-mask.ts';
import { preparationRecipe } from './preparation-recipe.ts';
import type { Mask } from './raster.ts';
import { resizeMaskToNetwork } from './resize-to-network.ts';
import { thresholdProbabilities } from './threshold-probabilities.ts';

/** As preparation makes them, of any size and either side. */
const geometries = (smallestPx: number, largestPx: number): fc.Arbitrary<Geometry> => {
  const side = fc.integer({ min: smallestPx, max: largestPx });
  return fc.record({ rows: side, columns: side, isFlipped: fc.boolean(), networkSidePx: fc.integer({ min: 32, max: 600 }) }).map((of) => {
    const crop = cropBorders(of.rows, of.columns, preparationRecipe.borders);
    return {
      source: { rows: of.rows, columns: of.columns },
      crop,
      isFlipped: of.isFlipped,
      paddedSidePx: Math.max(crop.rows, crop.columns),
      networkSidePx: of.networkSidePx,
    };
  });
};

interface Drawn {
  readonly geometry: Geometry;
  readonly radius: number;
  readonly across: number;
  readonly down: number;
}

/** A disc within the crop that is large enough at the network's resolution to have an area there. */
const discs: fc.Arbitrary<Drawn> = geometries(200, 500).chain((geometry) => {
  const { crop, paddedSidePx, networkSidePx } = geometry;
  const smallest = Math.max(8, (12 * paddedSidePx) / networkSidePx);
  const largest = Math.min(crop.rows, crop.columns) / 2 - 2;
  return fc.record({
    geometry: fc.constant(geometry),
    radius: fc.double({ min: Math.min(smallest, largest), max: largest, noNaN: true }),
    across: fc.double({ min: 0, max: 1, noNaN: true }),
    down: fc.double({ min: 0, max: 1, noNaN: true }),
  });
});

function disc({ geometry: { source, crop }, radius, across, down }: Drawn): Mask {
  const data = new Uint8Array(source.rows * source.columns);
  const centreX = crop.left + radius + across * (crop.columns - 1 - 2 * radius);
  const centreY = crop.top + radius + down * (crop.rows - 1 - 2 * radius);
  for (let y = 0; y < source.rows; y += 1) {
    for (let x = 0; x < source.columns; x += 1) if (Math.hypot(x - centreX, y - centreY) <= radius) data[y * source.columns + x] = 1;
  }
  return { ...source, data };
}

/** Areas are counted in whole pixels of the coarser grid, so an outline of n pixels may be off by a part of n. */
function areaTolerance({ geometry, radius }: Drawn): number {
  const networkRadius = (radius * Math.min(geometry.networkSidePx, geometry.paddedSidePx)) / geometry.paddedSidePx;
  return 0.01 + 0.5 / networkRadius;
}

/** Of a ring, on the screen: y runs down. */
function isClockwise(ring: readonly number[]): boolean {
  let doubled = 0;
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    doubled += (ring[at] ?? 0) * (ring[next + 1] ?? 0) - (ring[next] ?? 0) * (ring[at + 1] ?? 0);
  }
  return doubled > 0;
}

/** Left, right, top, bottom. */
function bounds(ring: readonly number[]): readonly number[] {
  const [x, y] = [0, 1].map((parity) => ring.filter((_, at) => at % 2 === parity));
  return [x, y].flatMap((values) => [Math.min(...(values ?? [])), Math.max(...(values ?? []))]);
}

/** Set by hand to look further; a spec must not depend on the day. */
fc.configureGlobal({ seed: 1 });

describe('geometry', () => {
  test('the inverse of a point that went forward is the point', () => {
    fc.assert(
      fc.property(
        geometries(60, 6000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (geometry, u, v) => {
          const point = { x: u * (geometry.source.columns - 1), y: v * (geometry.source.rows - 1) };
          const back = inversePoint(forwardPoint(point, geometry), geometry);
          expect(back.x).toBeCloseTo(point.x, 6);
          expect(back.y).toBeCloseTo(point.y, 6);
          const there = { x: u * geometry.networkSidePx, y: v * geometry.networkSidePx };
          const again = forwardPoint(inversePoint(there, geometry), geometry);
          expect(again.x).toBeCloseTo(there.x, 6);
          expect(again.y).toBeCloseTo(there.y, 6);
        },
      ),
    );
  });

  test('without a change of resolution masks come back exactly, but for what was cut off', () => {
    fc.assert(
      fc.property(discs, (drawn) => {
        const geometry = { ...drawn.geometry, networkSidePx: drawn.geometry.paddedSidePx };
        const mask = disc(drawn);
        const forward = forwardMask(mask, geometry);
        expect(maskOverlap(inverseMask(forward, geometry), mask).iou).toBe(1);
        const map = { ...forward, data: Float32Array.from(forward.data) };
        expect(maskOverlap(thresholdProbabilities(inverseProbabilities(map, geometry), 0.5), mask).iou).toBe(1);
      }),
      { numRuns: 20 },
    );
  });

  test('a mask goes forward as if it were cut, mirrored, padded and resized one after the other', () => {
    fc.assert(
      fc.property(discs, (drawn) => {
        const { geometry } = drawn;
        expect(forwardMask(disc(drawn), geometry)).toEqual(resizeMaskToNetwork(prepareMask(disc(drawn), geometry), geometry));
      }),
      { numRuns: 20 },
    );
  });

  test('through the network’s resolution masks keep their place and area', () => {
    fc.assert(
      fc.property(discs, (drawn) => {
        const { geometry } = drawn;
        const mask = disc(drawn);
        const area = maskArea(mask);
        const forward = forwardMask(mask, geometry);
        const scale = (geometry.networkSidePx / geometry.paddedSidePx) ** 2;
        const tolerance = areaTolerance(drawn);
        expect(Math.abs(maskArea(forward) / (area * scale) - 1)).toBeLessThan(tolerance);
        const map = { ...forward, data: Float32Array.from(forward.data) };
        for (const back of [inverseMask(forward, geometry), thresholdProbabilities(inverseProbabilities(map, geometry), 0.5)]) {
          expect(Math.abs(maskArea(back) / area - 1)).toBeLessThan(tolerance);
          expect(maskOverlap(back, mask).dice).toBeGreaterThan(1 - 3 * tolerance);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a mask of 20 pixels or more of radius at the network’s resolution keeps its area within 1 %, there and back', () => {
    fc.assert(
      fc.property(
        geometries(500, 700),
        fc.double({ min: 20, max: 26, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (any, networkRadiusPx, across, down) => {
          const geometry = { ...any, networkSidePx: 100 };
          const mask = disc({ geometry, radius: (networkRadiusPx * geometry.paddedSidePx) / 100, across, down });
          const forward = forwardMask(mask, geometry);
          const map = { ...forward, data: Float32Array.from(forward.data) };
          for (const back of [inverseMask(forward, geometry), thresholdProbabilities(inverseProbabilities(map, geometry), 0.5)]) {
            expect(Math.abs(maskArea(back) / maskArea(mask) - 1)).toBeLessThan(0.01);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test('a contour that went forward and back is itself, point by point, and clockwise all the way', () => {
    fc.assert(
      fc.property(discs, (drawn) => {
        const { geometry } = drawn;
        const [area] = maskToPolygons(disc(drawn));
        const outer = area?.outer ?? expect.unreachable('no disc');
        const forward = forwardContour(outer, geometry);
        const scale = geometry.networkSidePx / geometry.paddedSidePx;
        expect(polygonArea(forward) / (polygonArea(outer) * scale ** 2)).toBeCloseTo(1, 9);
        expect(isClockwise(outer) && isClockwise(forward)).toBe(true);
        for (const [at, value] of inverseContour(forward, geometry).entries())
          expect(Math.abs(value - (outer[at] ?? NaN))).toBeLessThan(1e-6);
      }),
      { numRuns: 20 },
    );
  });

  test('a contour and the mask it is of go to the same place', () => {
    fc.assert(
      fc.property(discs, (drawn) => {
        const { geometry } = drawn;
        const scale = geometry.networkSidePx / geometry.paddedSidePx;
        const [first] = maskToPolygons(disc(drawn));
        const [second] = maskToPolygons(forwardMask(disc(drawn), geometry));
        // Each goes through the centres of its own grid's outermost pixels, and the tip of a disc is thinner than a pixel.
        const widest = bounds(forwardContour(first?.outer ?? [], geometry));
        for (const [side, value] of bounds(second?.outer ?? []).entries()) {
          expect(Math.abs(value - (widest[side] ?? NaN))).toBeLessThanOrEqual(1 + 0.5 * scale);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('a large mask of a full mammogram keeps its area within 1 %', () => {
    const crop = cropBorders(4504, 2888, preparationRecipe.borders);
    const geometry = { source: { rows: 4504, columns: 2888 }, crop, isFlipped: true, paddedSidePx: crop.rows, networkSidePx: 512 };
    const mask = disc({ geometry, radius: 300, across: 0.4, down: 0.6 });
    const forward = forwardMask(mask, geometry);
    const back = thresholdProbabilities(inverseProbabilities({ ...forward, data: Float32Array.from(forward.data) }, geometry), 0.5);
    expect(Math.abs(maskArea(back) / maskArea(mask) - 1)).toBeLessThan(0.01);
    expect(maskOverlap(back, mask).dice).toBeGreaterThan(0.985);
  });

  test('points and masks go the same way', () => {
    const crop = cropBorders(300, 200, preparationRecipe.borders);
    const geometry = { source: { rows: 300, columns: 200 }, crop, isFlipped: true, paddedSidePx: crop.rows, networkSidePx: crop.rows };
    const data = new Uint8Array(300 * 200);
    data[120 * 200 + 30] = 1;
    const { x, y } = forwardPoint({ x: 30, y: 120 }, geometry);
    expect(forwardMask({ rows: 300, columns: 200, data }, geometry).data.indexOf(1)).toBe(y * crop.rows + x);
  });

  test('survives JSON; what is no geometry is refused by name', () => {
    const [geometry] = fc.sample(geometries(60, 600), { numRuns: 1, seed: 1 });
    expect(parseGeometry(JSON.parse(JSON.stringify(geometry)))).toEqual(geometry);
    expect(() => parseGeometry({ ...geometry, paddedSidePx: 'wide' })).toThrow(/"wide"/);
    expect(() => parseGeometry(null)).toThrow(/not a geometry/);
    const { isFlipped: _left, ...facing } = geometry ?? expect.unreachable('no sample');
    expect(() => parseGeometry(facing)).toThrow(/expected true or false/);
    const { crop, paddedSidePx } = facing;
    expect(() => parseGeometry({ ...geometry, crop: { ...crop, left: crop.left + paddedSidePx } })).toThrow(/reaches beyond its source/);
    expect(() => parseGeometry({ ...geometry, crop: { ...crop, rows: 0 } })).toThrow(/the crop is empty/);
    expect(() => parseGeometry({ ...geometry, paddedSidePx: paddedSidePx - 1 })).toThrow(/smaller than the crop/);
    expect(() => parseGeometry({ ...geometry, networkSidePx: 0 })).toThrow(/image is empty/);
  });
});
