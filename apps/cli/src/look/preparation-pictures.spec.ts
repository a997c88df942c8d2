import { prepareMammogram, preparationRecipe as recipe, resizeAreaAverage, resizeToNetwork, type GreyRaster } from '@mammoline/imaging';
import { Failure } from '@mammoline/kernel';
import { describe, expect, it } from 'vitest';
import { layOutPanels } from './lay-out-panels.ts';
import { preparationPictures, shrinkToFit } from './preparation-pictures.ts';

const picture = (rows: number, columns: number, value: (x: number, y: number) => number): GreyRaster => ({
  rows,
  columns,
  data: Uint16Array.from({ length: rows * columns }, (_, at) => value(at % columns, Math.floor(at / columns))),
});
/** A half disc at the right edge: it faces left. */
const breast = picture(300, 200, (x, y) => (Math.hypot(199 - x, y - 150) < 110 ? 20_000 + ((x * 31 + y * 17) % 4000) : 120));
const boxPx = { width: 100, height: 120 };

describe('pictures of the steps', () => {
  it('are what each step made, averaged to fit, in their order', () => {
    const { pictures, outcome } = preparationPictures(breast, recipe, boxPx);
    const { image, geometry } = prepareMammogram(breast, recipe);
    expect(outcome).toEqual(geometry);
    expect(pictures.map(({ step }) => step).join(', ')).toBe(
      'source, crop, binarise, open and dilate, largest contour, mask and 8 bit, flip, CLAHE, pad, resize',
    );
    for (const {
      rows,
      columns,
      picture: { rows: height, columns: width },
    } of pictures) {
      expect(height <= boxPx.height && width <= boxPx.width).toBe(true);
      expect(width / height).toBeCloseTo(columns / rows, 1);
    }
    expect(pictures.at(-2)?.picture).toEqual(resizeAreaAverage(image, 100, 100));
    expect(pictures.at(-1)?.picture).toEqual(resizeAreaAverage(resizeToNetwork(image, geometry), 100, 100));
    const [source, , binarised, , , masked, flipped] = pictures;
    expect([source?.bits, binarised?.bits, masked?.bits]).toEqual([16, 1, 8]);
    expect([Math.min(...(source?.picture.data ?? [])), Math.max(...(source?.picture.data ?? []))]).toEqual([0, 255]);
    const found = pictures[4]?.picture.data ?? expect.unreachable('no contour');
    expect(pictures[4]?.markedFraction).toBeCloseTo(found.reduce((sum, value) => sum + value, 0) / 255 / found.length, 2);
    const rowOf = (of: typeof masked): readonly number[] => [
      ...(of?.picture.data.subarray(60 * of.picture.columns, 61 * of.picture.columns) ?? []),
    ];
    expect(rowOf(flipped)).toEqual(rowOf(masked).toReversed());
  });

  it('of a mammogram that is refused go up to where it is', () => {
    const label = picture(900, 700, (x, y) => (x > 100 && x < 126 && y > 100 && y < 126 ? 60_000 : 100));
    const { pictures, outcome } = preparationPictures(label, recipe, boxPx);
    expect(pictures.map(({ step }) => step)).toEqual(['source', 'crop', 'binarise', 'open and dilate', 'largest contour']);
    expect(outcome instanceof Failure && outcome.message).toMatch(/found no breast/);
    expect(
      preparationPictures(
        picture(300, 200, () => 9),
        recipe,
        boxPx,
      ).pictures.map(({ step }) => step),
    ).toEqual(['source', 'crop']);
  });

  it('that fit already stay as they are', () => {
    const small = { rows: 2, columns: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect(shrinkToFit(small, boxPx)).toEqual(small);
    expect(shrinkToFit({ rows: 1000, columns: 1, data: new Uint8Array(1000) }, boxPx)).toMatchObject({ rows: 120, columns: 1 });
  });
});

describe('the layout', () => {
  it('has two rows in reading order, each as high as its highest image, and nothing overlaps', () => {
    const images = [300, 200, 250, 400, 100].map((rows) => ({ rows }));
    const { width, height, panels } = layOutPanels(images, 120);
    expect(panels.map(({ left }) => left)).toEqual([20, 160, 300, 20, 160]);
    expect(width).toBe(3 * 140 + 20);
    expect(new Set(panels.slice(0, 3).map(({ top }) => top)).size).toBe(1);
    const [upper, lower] = [panels[0]?.top ?? 0, panels[3]?.top ?? 0];
    expect(upper + 300).toBeLessThan(lower - 40);
    expect(lower + 400).toBeLessThan(height);
  });

  it('has one row, where there are few', () => {
    expect(layOutPanels([{ rows: 10 }, { rows: 10 }], 120)).toMatchObject({ width: 300, panels: [{ left: 20 }, { left: 160 }] });
  });
});
