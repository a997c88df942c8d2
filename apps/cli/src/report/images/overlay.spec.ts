import type { Mask } from '@mammoline/imaging';
import { describe, expect, it } from 'vitest';
import { outline } from './outline.ts';
import { regionAround } from './region.ts';
import { windowGrey } from './window-grey.ts';

function maskOf(rows: readonly string[]): Mask {
  const data = Uint8Array.from(rows.join(''), (character) => (character === '#' ? 1 : 0));
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data };
}

function linesOf(mask: Mask): readonly string[] {
  return Array.from({ length: mask.rows }, (_, y) =>
    Array.from(mask.data.subarray(y * mask.columns, (y + 1) * mask.columns), (value) => (value === 1 ? '#' : '.')).join(''),
  );
}

describe('outline', () => {
  it('follows the border on both sides, in the orientation of the source', () => {
    const mask = maskOf(['#####...', '#####...', '#####...', '#####...', '........', '........']);
    expect(linesOf(outline(mask, { left: 0, top: 0, width: 8, height: 6 }, 8, 6))).toEqual([
      '....##..',
      '....##..',
      '....##..',
      '######..',
      '#####...',
      '........',
    ]);
  });

  it('keeps a lesion of one pixel when the picture is much smaller than the mammogram', () => {
    const mask: Mask = { rows: 100, columns: 100, data: new Uint8Array(10_000) };
    mask.data[37 * 100 + 82] = 1;
    const small = outline(mask, { left: 0, top: 0, width: 100, height: 100 }, 10, 10);
    expect(small.data[3 * 10 + 8]).toBe(1);
    expect(small.data.reduce((sum, value) => sum + value, 0)).toBe(5);
  });

  it('shows a region where it is in the source', () => {
    const mask = maskOf(['........', '........', '......##', '......##']);
    expect(linesOf(outline(mask, { left: 4, top: 0, width: 4, height: 4 }, 4, 4))).toEqual(['....', '..##', '.###', '.##.']);
  });
});

describe('regionAround', () => {
  it('is a square around all masks, within the image', () => {
    const one: Mask = { rows: 50, columns: 40, data: new Uint8Array(2000) };
    one.data[10 * 40 + 30] = 1;
    const two: Mask = { rows: 50, columns: 40, data: new Uint8Array(2000) };
    two.data[20 * 40 + 38] = 1;
    expect(regionAround([one, two], 8)).toEqual({ left: 20, top: 5, width: 20, height: 20 });
  });

  it('is undefined where nothing is marked', () => {
    expect(regionAround([{ rows: 2, columns: 2, data: new Uint8Array(4) }], 1)).toBeUndefined();
    expect(regionAround([], 1)).toBeUndefined();
  });
});

describe('windowGrey', () => {
  it('spreads what is not background over all greys, dark to dark and bright to bright', () => {
    const data = new Uint16Array(2000);
    for (let at = 1000; at < 2000; at += 1) data[at] = 20_000 + at;
    const { data: grey } = windowGrey({ rows: 40, columns: 50, data });
    expect(grey[0]).toBe(0);
    expect(grey[1000]).toBe(0);
    expect(grey[1999]).toBe(255);
    expect(grey[1500]).toBeGreaterThan(100);
    expect(grey[1500]).toBeLessThan(155);
  });

  it('takes a constant image', () => {
    expect(windowGrey({ rows: 1, columns: 2, data: Uint8Array.of(7, 7) }).data).toHaveLength(2);
  });
});
