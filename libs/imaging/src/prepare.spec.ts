import { describe, expect, test } from 'vitest';
import { bitMaskFromGrey } from './bit-mask-from-grey.ts';
import { packMask, unpackMask } from './bit-mask.ts';
import { countMarked } from './count-marked.ts';
import { crop } from './crop.ts';
import { decodeMaskPng, decodePng } from './decode-png.ts';
import { encodeBitMaskPng, encodeMaskPng, encodePng } from './encode-png.ts';
import { flip } from './flip.ts';
import { inverseProbabilities } from './inverse-probabilities.ts';
import { labelComponents } from './label-components.ts';
import { maskArea } from './mask-area.ts';
import { maskFromGrey } from './mask-from-grey.ts';
import { maskOverlap } from './mask-overlap.ts';
import { padToSquare } from './pad-to-square.ts';
import { preparationRecipe as recipe, recipeHash } from './preparation-recipe.ts';
import { prepareCrop } from './prepare-crop.ts';
import { prepareMammogram, prepareNetworkInput, type PreparationOptions } from './prepare-mammogram.ts';
import { prepareMask } from './prepare-mask.ts';
import type { GreyRaster } from './raster.ts';
import { resampleMaskNearest } from './resample-mask-nearest.ts';
import { resizeAreaAverage } from './resize-area-average.ts';
import { thresholdProbabilities } from './threshold-probabilities.ts';
import { traceOutline } from './trace-outline.ts';
import { unionMasks } from './union-masks.ts';
import { uniteMasks } from './unite-masks.ts';

function picture(rows: number, columns: number, value: (x: number, y: number) => number): GreyRaster {
  return { rows, columns, data: Uint16Array.from({ length: rows * columns }, (_, at) => value(at % columns, Math.floor(at / columns))) };
}
/** A half disc at the left edge on a dark ground, and a label at the right. */
const breast = (x: number, y: number): number => {
  if (x > 160 && x < 180 && y > 30 && y < 40) return 60_000;
  const distance = Math.hypot(x, y - 150) / 110;
  return distance < 1 ? 40_000 - Math.round(25_000 * distance) + ((x * 31 + y * 17) % 400) : 120;
};

describe('a mammogram', () => {
  test('loses its label, faces right whichever way it came, and fills a square', () => {
    const image = picture(300, 200, breast);
    const { image: prepared, geometry } = prepareMammogram(image, recipe);
    const mirrored = prepareMammogram(
      picture(300, 200, (x, y) => breast(199 - x, y)),
      recipe,
    );
    expect(geometry).toMatchObject({ isFlipped: false, source: { rows: 300, columns: 200 } });
    expect(mirrored.geometry.isFlipped).toBe(true);
    expect([prepared.rows, prepared.columns]).toEqual([geometry.paddedSidePx, geometry.paddedSidePx]);
    const at = (x: number, y: number): number => prepared.data[(y - geometry.crop.top) * prepared.columns + x - geometry.crop.left] ?? -1;
    expect(at(20, 150)).toBeGreaterThan(100);
    expect(at(170, 35)).toBeLessThan(5);
    expect(Math.max(...prepared.data)).toBe(255);
  });

  test('has a plain picture beside, at the network’s size: what is brighter than all else stays so by more than in the equalised one', () => {
    const image = picture(1200, 800, (x, y) => {
      if (Math.hypot(x - 100, y - 600) < 30) return 60_000;
      return Math.hypot(x, y - 600) < 440 ? 20_000 + ((x * 31 + y * 17) % 4000) : 120;
    });
    const { plain, image: equalised, geometry } = prepareNetworkInput(image, recipe);
    expect([plain.rows, plain.columns]).toEqual([recipe.networkSidePx, recipe.networkSidePx]);
    const scale = recipe.networkSidePx / geometry.paddedSidePx;
    const outside = ({ data }: { readonly data: Uint8Array }): number =>
      data.reduce((largest, value, at) => {
        const [x, y] = [(at % plain.columns) / scale + geometry.crop.left, Math.floor(at / plain.columns) / scale + geometry.crop.top];
        return Math.hypot(x - 100, y - 600) > 40 ? Math.max(largest, value) : largest;
      }, 0);
    const lesion =
      plain.data[Math.round((600 - geometry.crop.top) * scale) * plain.columns + Math.round((100 - geometry.crop.left) * scale)] ?? 0;
    expect(lesion).toBe(255);
    expect(outside(plain)).toBeLessThan(110);
    expect(outside(equalised)).toBeGreaterThan(outside(plain) + 10);
    expect(prepareMammogram(image, recipe).plain).toEqual(plain);
  });

  test('shows each step to who looks on, as it is at that moment, and comes out the same', () => {
    const image = picture(300, 200, (x, y) => breast(199 - x, y));
    const shown: { readonly step: string; readonly picture: GreyRaster }[] = [];
    const look: NonNullable<PreparationOptions['look']> = (step, seen) => {
      shown.push({ step, picture: 'words' in seen ? unpackMask(seen) : { ...seen, data: seen.data.slice() } });
    };
    const looked = prepareMammogram(image, recipe, { look });
    const { geometry } = looked;
    expect(looked).toEqual(prepareMammogram(image, recipe));
    expect(shown.map(({ step }) => step).join(', ')).toBe(
      'crop, binarise, open and dilate, largest contour, mask and 8 bit, flip, CLAHE, stretch, pad',
    );
    const [cropped, , , found, masked, flipped, , stretched, padded] = shown.map((each) => each.picture);
    expect(cropped).toEqual(crop(image, geometry.crop));
    expect(masked?.data.every((value, at) => value === 0 || found?.data[at] === 1)).toBe(true);
    expect(flipped?.data.length === masked?.data.length && flip(masked ?? image)).toEqual(flipped);
    expect(padded).toEqual(looked.image);
    expect(padToSquare({ ...(stretched ?? image), data: Uint8Array.from(stretched?.data ?? []) })).toEqual(padded);
    prepareNetworkInput(image, recipe, { look });
    expect(shown.at(-1)).toEqual({ step: 'resize', picture: prepareNetworkInput(image, recipe).image });
  });

  test.each(['right', 'left'])('that faces %s: the contour that a network finds lies on the source where the lesion is', (facing) => {
    const [rows, columns] = [600, 400];
    const lesion = { x: facing === 'right' ? 90 : columns - 1 - 90, y: 330, radiusPx: 24 };
    const image = picture(rows, columns, (x, y) => {
      const across = facing === 'right' ? x : columns - 1 - x;
      if (Math.hypot(x - lesion.x, y - lesion.y) <= lesion.radiusPx) return 60_000;
      return Math.hypot(across, y - 300) < 240 ? 20_000 + ((x * 31 + y * 17) % 400) : 120;
    });
    const { image: input, geometry } = prepareNetworkInput(image, recipe);
    expect(geometry.isFlipped).toBe(facing === 'left');
    // What a perfect network would say: the lesion is what is brightest.
    const side = recipe.networkSidePx;
    const map = { rows: side, columns: side, data: Float32Array.from(input.data, (value) => (value > 200 ? 1 : 0)) };
    const found = thresholdProbabilities(inverseProbabilities(map, geometry), 0.5);
    const [largest] = labelComponents(found, 8).toSorted((a, b) => b.areaPx - a.areaPx);
    const outline = traceOutline(found, largest ?? expect.unreachable('no lesion'));
    for (let at = 0; at < outline.length; at += 2) {
      const distancePx = Math.hypot((outline[at] ?? 0) - lesion.x, (outline[at + 1] ?? 0) - lesion.y);
      expect(Math.abs(distancePx - lesion.radiusPx)).toBeLessThan(2);
    }
    expect((largest?.areaPx ?? 0) / (Math.PI * lesion.radiusPx ** 2)).toBeCloseTo(1, 1);
  });

  test.each([
    ['constant', picture(300, 200, () => 9), 'one grey value (9) in all of 276 x 196 pixels'],
    ['tiny', picture(40, 40, breast), 'found an image of 40 x 40 pixels'],
    ['empty', { rows: 0, columns: 0, data: new Uint8Array() }, 'found an image of 0 x 0 pixels'],
    ['noise', picture(1000, 200, (x, y) => (x * 7919 + y * 104_729) % 65_536), 'found no breast: the largest bright area is 0.0 %'],
    ['a label alone', picture(3000, 2000, (x, y) => (x > 500 && x < 600 && y > 500 && y < 530 ? 60_000 : 100)), 'found no breast'],
  ])('that is %s is refused, saying what was found', (_name, image, message) => {
    expect(() => prepareMammogram(image, recipe)).toThrow(
      expect.objectContaining({ kind: 'invalid', message: expect.stringContaining(message) as string }),
    );
  });

  test('of 8 bits is prepared as one of 16', () => {
    const image = picture(300, 200, (x, y) => breast(x, y) >> 8);
    const bytes = { ...image, data: Uint8Array.from(image.data) };
    expect(prepareMammogram(bytes, recipe)).toEqual(prepareMammogram(image, recipe));
  });
});

describe('crops and masks', () => {
  test('a crop without contrast is refused', () => {
    const refusal = (image: GreyRaster) => () => prepareCrop(image, recipe);
    expect(refusal(picture(30, 40, () => 5))).toThrow(/one grey value \(5\) in all of 30 x 40 pixels of the crop/);
    expect(refusal(picture(30, 90, (x) => (x < 20 ? 9 : 5)))).toThrow(/of the middle of the crop/);
  });

  test('a mask of another size than its mammogram is refused', () => {
    const { geometry } = prepareMammogram(picture(300, 200, breast), recipe);
    const mask = { rows: 200, columns: 300, data: new Uint8Array(60_000) };
    expect(() => prepareMask(mask, geometry)).toThrow(/mask of 200 x 300 pixels, expected its mammogram's 300 x 200/);
    expect(() => unionMasks(300, 200, [mask])).toThrow(/resample it first/);
  });

  test('masks are read from 0/1, from 0/255, with traces of compression, and from one value', () => {
    const read = (...values: readonly number[]) =>
      Array.from(maskFromGrey({ rows: 1, columns: values.length, data: Uint8Array.from(values) }).data);
    expect(read(0, 1, 0)).toEqual([0, 1, 0]);
    expect(read(0, 255, 3, 250)).toEqual([0, 1, 0, 1]);
    expect(read(0, 0)).toEqual([0, 0]);
    expect(read(255, 255)).toEqual([1, 1]);
  });

  test('the same in bits, and their union', () => {
    for (const values of [
      [0, 1, 0],
      [0, 255, 3, 250],
      [0, 0],
      [255, 255],
      [0, 40_000, 20_000, 20_001],
    ]) {
      const rows = 3;
      const columns = 11 * values.length;
      const data = Uint16Array.from({ length: rows * columns }, (_, at) => values[at % values.length] ?? 0);
      const grey = { rows, columns, data: values.some((value) => value > 255) ? data : Uint8Array.from(data) };
      expect(unpackMask(bitMaskFromGrey(grey))).toEqual(maskFromGrey(grey));
      const other = { rows, columns, data: Uint8Array.from(data, (_, at) => (at % 5 === 0 ? 1 : 0)) };
      const union = uniteMasks(rows, columns, [bitMaskFromGrey(grey), packMask(other)]);
      expect(unpackMask(union)).toEqual(unionMasks(rows, columns, [maskFromGrey(grey), other]));
      expect(countMarked(union)).toBe(maskArea(unpackMask(union)));
    }
    expect(() => uniteMasks(2, 2, [packMask({ rows: 1, columns: 1, data: Uint8Array.of(1) })])).toThrow(/resample it first/);
  });

  test('overlap: halves, nothing in common, and two empty masks', () => {
    const mask = (...values: readonly number[]) => ({ rows: 1, columns: values.length, data: Uint8Array.from(values) });
    expect(maskOverlap(mask(1, 1, 0), mask(0, 1, 1))).toEqual({ dice: 0.5, iou: 1 / 3, intersectionPx: 1 });
    expect(maskOverlap(mask(1, 0), mask(0, 1))).toMatchObject({ dice: 0, iou: 0 });
    expect(maskOverlap(mask(0, 0), mask(0, 0))).toMatchObject({ dice: 1, iou: 1 });
  });
});

describe('sizes', () => {
  const raster = (rows: number, columns: number, ...values: readonly number[]) => ({ rows, columns, data: Uint8Array.from(values) });

  test('images are averaged over areas, parts of pixels by their share', () => {
    expect(resizeAreaAverage(raster(2, 4, 0, 10, 20, 30, 40, 50, 60, 70), 1, 2).data).toEqual(Uint8Array.of(25, 45));
    expect(resizeAreaAverage(raster(1, 3, 0, 90, 30), 1, 2).data).toEqual(Uint8Array.of(30, 50));
    expect(resizeAreaAverage(raster(1, 2, 10, 20), 2, 4).data).toEqual(Uint8Array.of(10, 10, 20, 20, 10, 10, 20, 20));
  });

  test('masks take the pixel under each centre', () => {
    expect(resampleMaskNearest(raster(1, 4, 0, 1, 1, 0), 1, 2).data).toEqual(Uint8Array.of(1, 0));
    expect(resampleMaskNearest(raster(2, 1, 0, 1), 4, 2).data).toEqual(Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1));
  });

  test('a Buffer is copied, not changed', () => {
    const data = Buffer.from([1, 2, 3]);
    expect(flip({ rows: 1, columns: 3, data }).data).toEqual(Uint8Array.of(3, 2, 1));
    expect([...data]).toEqual([1, 2, 3]);
  });
});

describe('PNG', () => {
  test('gives pixels and masks back; equal images are equal bytes', async () => {
    const image = { rows: 3, columns: 5, data: Uint8Array.from({ length: 15 }, (_, at) => at * 17) };
    const bytes = await encodePng(image);
    expect(await decodePng(bytes)).toEqual(image);
    expect(Buffer.from(await encodePng(image)).equals(bytes)).toBe(true);
    const mask = { rows: 2, columns: 2, data: Uint8Array.of(0, 1, 1, 0) };
    expect((await decodePng(await encodeMaskPng(mask))).data).toEqual(Uint8Array.of(0, 255, 255, 0));
    expect(await decodeMaskPng(await encodeMaskPng(mask))).toEqual(mask);
  });

  test('of any size, however many blocks it is written in', async () => {
    for (const [rows, columns] of [
      [1, 1],
      [1, 1_100_000],
      [1_100, 1_000],
      [2_300, 913],
    ] as const) {
      const image = { rows, columns, data: Uint8Array.from({ length: rows * columns }, (_, at) => Math.imul(at, 2_654_435_761) >>> 24) };
      const found = await decodePng(await encodePng(image));
      expect([found.rows, found.columns, Buffer.from(found.data).equals(image.data)]).toEqual([rows, columns, true]);
    }
  });

  test('masks of one bit a pixel are read as those of eight, at every width', async () => {
    for (const columns of [1, 7, 8, 31, 32, 33, 65]) {
      const mask = { rows: 3, columns, data: Uint8Array.from({ length: 3 * columns }, (_, at) => ((at * at) % 7) & 1) };
      expect(await decodeMaskPng(await encodeBitMaskPng(packMask(mask)))).toEqual(mask);
    }
  });

  test('what is none is refused', async () => {
    await expect(decodePng(Buffer.from('no PNG'))).rejects.toMatchObject({ kind: 'invalid' });
  });
});

test('the recipe has one name, and another with any other parameter', () => {
  expect(recipeHash({ ...recipe, clahe: { tiles: 8, clipLimit: 2 } })).toBe(recipeHash(recipe));
  expect(recipeHash({ ...recipe, openingSidePx: 25 })).not.toBe(recipeHash(recipe));
});
