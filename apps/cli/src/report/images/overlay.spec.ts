import { inverseProbabilities, preparationRecipe, prepareNetworkInput, thresholdProbabilities, type Mask } from '@mammoline/imaging';
import type { Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { predictionColour, truthColour } from '../../drawing/colours.ts';
import { drawOverlay, wholeOf } from './draw-overlay.ts';
import { regionAround } from './region.ts';
import { windowGrey } from './window-grey.ts';

const isColour = (data: Buffer, at: number, colour: string): boolean =>
  [1, 3, 5].every((start, channel) => Math.abs((data[3 * at + channel] ?? 0) - parseInt(colour.slice(start, start + 2), 16)) < 40);

/** Where a picture of an overlay has a colour, in pixels of its region. */
async function pixelsOf(picture: Sharp, colour: string, heightPx: number): Promise<readonly (readonly [number, number])[]> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const all = Array.from({ length: info.width * heightPx }, (_, at) => at);
  return all.filter((at) => isColour(data, at, colour)).map((at) => [at % info.width, Math.floor(at / info.width)]);
}

const plain = { maxSidePx: 400, hasLegend: false, pixelWidth: undefined };

describe('an overlay', () => {
  it.each(['right', 'left'])('of a breast that faces %s: what a network outlines is drawn where the lesion is', async (facing) => {
    const [rows, columns, radiusPx] = [600, 400, 40];
    const centre = { x: facing === 'right' ? 110 : columns - 1 - 110, y: 330 };
    const isLesion = (x: number, y: number): boolean => Math.hypot(x - centre.x, y - centre.y) <= radiusPx;
    const breast = (x: number, y: number): number => {
      if (isLesion(x, y)) return 60_000;
      return Math.hypot(facing === 'right' ? x : columns - 1 - x, y - 300) < 260 ? 20_000 + ((x * 31 + y * 17) % 400) : 120;
    };
    const data = Uint16Array.from({ length: rows * columns }, (_, at) => breast(at % columns, Math.floor(at / columns)));
    const { image: input, geometry } = prepareNetworkInput({ rows, columns, data }, preparationRecipe);
    expect(geometry.isFlipped).toBe(facing === 'left');
    // What a perfect network would say: the lesion is what is brightest.
    const map = { rows: input.rows, columns: input.columns, data: Float32Array.from(input.data, (value) => (value > 200 ? 1 : 0)) };
    const mask = thresholdProbabilities(inverseProbabilities(map, geometry), 0.5);
    const image = windowGrey({ rows, columns, data });
    const drawn = { mask, colour: predictionColour, name: 'prediction' };
    const picture = await drawOverlay(image, [drawn], { ...plain, region: wholeOf(image), maxSidePx: 300 });
    const outline = await pixelsOf(picture, predictionColour, 300);
    expect(outline.length).toBeGreaterThan(80);
    const angles = outline.map(([x, y]) => {
      const [dx, dy] = [2 * x + 0.5 - centre.x, 2 * y + 0.5 - centre.y];
      expect(Math.abs(Math.hypot(dx, dy) - radiusPx)).toBeLessThan(5);
      return Math.floor(((Math.atan2(dy, dx) + Math.PI) / (2 * Math.PI)) * 12) % 12;
    });
    expect(new Set(angles).size).toBe(12);
  });

  it('is an outline: what is within stays as it is; a later mask is over an earlier one', async () => {
    const [rows, columns] = [80, 80];
    const image = { rows, columns, data: new Uint8Array(rows * columns).fill(90) };
    const square = Uint8Array.from(image.data, (_, at) => (at % 80 >= 20 && at % 80 < 60 && at >= 20 * 80 && at < 60 * 80 ? 1 : 0));
    const mask: Mask = { rows, columns, data: square };
    const both = [
      { mask, colour: truthColour, name: 'truth' },
      { mask, colour: predictionColour, name: 'prediction' },
    ];
    const options = { ...plain, region: wholeOf(image) };
    const { data } = await (await drawOverlay(image, both.slice(0, 1), options)).raw().toBuffer({ resolveWithObject: true });
    expect([data[3 * (200 * 400 + 200)], data[3 * (20 * 400 + 20)]]).toEqual([90, 90]);
    const seen = await pixelsOf(await drawOverlay(image, both, options), predictionColour, 400);
    expect(seen.length).toBeGreaterThan(500);
    expect(await pixelsOf(await drawOverlay(image, both, options), truthColour, 400)).toHaveLength(0);
  });

  it('keeps a lesion of one pixel when the picture is much smaller than the mammogram', async () => {
    const image = { rows: 400, columns: 400, data: new Uint8Array(160_000) };
    const mask: Mask = { rows: 400, columns: 400, data: new Uint8Array(160_000) };
    mask.data[148 * 400 + 328] = 1;
    const drawn = { mask, colour: truthColour, name: 'truth' };
    const picture = await drawOverlay(image, [drawn], { ...plain, region: wholeOf(image), maxSidePx: 100 });
    expect(await pixelsOf(picture, truthColour, 100)).toContainEqual([82, 37]);
  });

  it('shows a region where it is in the source, and cuts off what is outside of it', async () => {
    const image = { rows: 80, columns: 80, data: new Uint8Array(6400) };
    const mask: Mask = { rows: 80, columns: 80, data: Uint8Array.from(image.data, (_, at) => (at % 80 >= 60 ? 1 : 0)) };
    const region = { left: 40, top: 0, width: 40, height: 40 };
    const drawn = { mask, colour: truthColour, name: 'truth' };
    const options = { region, maxSidePx: 80, hasLegend: true, pixelWidth: { mm: 0.5, isAtDetector: false } };
    const { data, info } = await (await drawOverlay(image, [drawn], options)).raw().toBuffer({ resolveWithObject: true });
    const line = (y: number) => Array.from({ length: 80 }, (_, x) => x).filter((x) => isColour(data, y * 80 + x, truthColour));
    expect(line(40)).toContain(41);
    expect(line(40).every((x) => Math.abs(x - 41) <= 3 || x > 76)).toBe(true);
    // Legend and scale bar are below the picture, and there is no room for both in one line.
    expect([info.width, info.height]).toEqual([80, 140]);
    expect(line(95).length).toBeGreaterThan(10);
    const bare = await (
      await drawOverlay(image, [drawn], { ...options, hasLegend: false, pixelWidth: undefined })
    ).toBuffer({ resolveWithObject: true });
    expect(bare.info.height).toBe(80);
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
