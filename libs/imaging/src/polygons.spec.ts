import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packMask, unpackMask } from './bit-mask.ts';
import { drawPolygons } from './draw-polygons.ts';
import { maskToPolygons, type Polygon } from './mask-to-polygons.ts';
import type { Mask } from './raster.ts';
import { maskToRunLengths, runLengthsToMask } from './run-lengths.ts';
import { distanceToSegment } from './simplify-ring.ts';
import { masks } from './spec-images/random-images.ts';

/** A picture of lines: # is marked. */
function draw(...lines: readonly string[]): Mask {
  const columns = lines[0]?.length ?? 0;
  return { rows: lines.length, columns, data: Uint8Array.from(lines.join(''), (letter) => (letter === '#' ? 1 : 0)) };
}
const drawn = ({ rows, columns }: Mask, polygons: readonly Polygon[]): Mask => unpackMask(drawPolygons(rows, columns, polygons));

function distanceToRing(x: number, y: number, ring: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    least = Math.min(least, distanceToSegment(x, y, ring[at] ?? 0, ring[at + 1] ?? 0, ring[next] ?? 0, ring[next + 1] ?? 0));
  }
  return least;
}

/** Set by hand to look further; a spec must not depend on the day. */
fc.configureGlobal({ seed: 1 });

describe('polygons', () => {
  test('of a ring with an island: the hole goes through the marked pixels around it, the island is an area of its own', () => {
    const mask = draw('#####', '#...#', '#.#.#', '#...#', '#####');
    expect(maskToPolygons(mask)).toEqual([
      { outer: [0, 0, 4, 0, 4, 4, 0, 4], holes: [[0, 1, 0, 3, 1, 4, 3, 4, 4, 3, 4, 1, 3, 0, 1, 0]] },
      { outer: [2, 2], holes: [] },
    ]);
  });

  test('draw exactly the mask again', () => {
    fc.assert(
      fc.property(masks(1, 40), (mask) => {
        expect(drawn(mask, maskToPolygons(mask))).toEqual(mask);
        expect(maskToPolygons(packMask(mask))).toEqual(maskToPolygons(mask));
      }),
    );
  });

  test('simplified, lie within the tolerance of every border pixel, have no more points, and draw the same but near their rings', () => {
    fc.assert(
      fc.property(masks(1, 60), fc.double({ min: 0.3, max: 4, noNaN: true }), (mask, tolerancePx) => {
        const whole = maskToPolygons(mask);
        const simplified = maskToPolygons(mask, tolerancePx);
        const rings = (polygons: readonly Polygon[]) => polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
        const short = rings(simplified);
        for (const [index, ring] of rings(whole).entries()) {
          const kept = short[index] ?? [];
          expect(kept.length).toBeLessThanOrEqual(ring.length);
          for (let at = 0; at < ring.length; at += 2) {
            expect(distanceToRing(ring[at] ?? 0, ring[at + 1] ?? 0, kept)).toBeLessThanOrEqual(tolerancePx + 1e-9);
          }
        }
        const again = drawn(mask, simplified);
        for (const [at, value] of mask.data.entries()) {
          if (value === again.data[at]) continue;
          const [x, y] = [at % mask.columns, Math.floor(at / mask.columns)];
          expect(Math.min(...rings(whole).map((ring) => distanceToRing(x, y, ring)))).toBeLessThanOrEqual(tolerancePx + 1e-9);
        }
      }),
    );
  });

  test('a disc of 200 pixels is told by few points', () => {
    const data = Uint8Array.from({ length: 250 * 250 }, (_, at) =>
      Math.hypot((at % 250) - 125, Math.floor(at / 250) - 125) <= 100 ? 1 : 0,
    );
    const [disc] = maskToPolygons({ rows: 250, columns: 250, data }, 1);
    expect(disc?.outer.length).toBeLessThan(2 * 40);
  });
});

describe('run lengths', () => {
  test('are COCO’s: down the columns, unmarked first', () => {
    expect(maskToRunLengths(packMask(draw('#..', '##.')))).toEqual({ size: [2, 3], counts: [0, 2, 1, 1, 2] });
    expect(maskToRunLengths(packMask(draw('...')))).toEqual({ size: [1, 3], counts: [3] });
  });

  test('give the mask back; counts that do not add up are refused', () => {
    fc.assert(
      fc.property(masks(1, 70), (mask) => {
        expect(unpackMask(runLengthsToMask(maskToRunLengths(packMask(mask))))).toEqual(mask);
      }),
    );
    for (const counts of [[5], [7], [-1, 7], [1.5, 4.5]]) {
      expect(() => runLengthsToMask({ size: [2, 3], counts })).toThrow(expect.objectContaining({ kind: 'invalid' }));
    }
  });
});
