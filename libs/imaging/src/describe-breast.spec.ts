import { describe, expect, it } from 'vitest';
import { packMask } from './bit-mask.ts';
import { describeBreast } from './describe-breast.ts';

const rows = 160;
const columns = 70;

/** A breast in the left 40 columns of the upper half, as bright as `grey` tells by row. */
function breastOf(grey: (y: number) => number) {
  const marked = new Uint8Array(rows * columns);
  const data = new Uint8Array(rows * columns);
  for (let y = 0; y < rows / 2; y += 1) {
    marked.fill(1, y * columns, y * columns + 40);
    data.fill(grey(y), y * columns, y * columns + 40);
  }
  return describeBreast({ rows, columns, data }, packMask({ rows, columns, data: marked }));
}

describe('describeBreast', () => {
  it('counts the breast alone, not the ground around it', () => {
    expect(breastOf(() => 102)).toEqual({ areaShare: 40 / (2 * 70), meanIntensity: 0.4 });
  });

  it('comes near the mean where rows differ', () => {
    expect(breastOf((y) => 100 + y).meanIntensity).toBeCloseTo(139.5 / 255, 1);
  });

  it('says 0 where there is no breast', () => {
    const nothing = { rows, columns, data: new Uint8Array(rows * columns) };
    expect(describeBreast(nothing, packMask(nothing))).toEqual({ areaShare: 0, meanIntensity: 0 });
  });
});
