import type { Raster8 } from '@mammoline/imaging';
import { describe, expect, it } from 'vitest';
import { createCanvas, drawOver, placeGrey } from './canvas.ts';
import { drawContours } from './draw-contours.ts';
import { drawText, fitText, textWidthPx } from './draw-text.ts';
import { drawScaleBar, pixelWidthOf, scaleBar, scaleBarWidthPx } from './scale-bar.ts';

/** Which pixels of a black picture some SVG changes, as rows and columns. */
async function inkOf(svg: string, width: number, height: number): Promise<readonly (readonly [number, number])[]> {
  const { data, info } = await drawOver(createCanvas(width, height, 0), [svg])
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width, height, channels: 3 });
  return Array.from({ length: width * height }, (_, at) => at)
    .filter((at) => data.subarray(3 * at, 3 * at + 3).some((value) => value > 100))
    .map((at) => [Math.floor(at / width), at % width]);
}

describe('text', () => {
  it('is drawn where it is asked for, as high as it is asked to be, and without a font', async () => {
    const svg = drawText('HELLO', { x: 20, y: 40, heightPx: 20, colour: '#ffffff' });
    expect(svg).not.toContain('<text');
    const ink = await inkOf(svg, 150, 60);
    expect(Math.min(...ink.map(([row]) => row))).toBeGreaterThanOrEqual(18);
    expect(Math.max(...ink.map(([row]) => row))).toBeLessThanOrEqual(42);
    expect(Math.min(...ink.map(([, column]) => column))).toBeGreaterThanOrEqual(20);
    expect(Math.max(...ink.map(([, column]) => column))).toBeLessThanOrEqual(20 + textWidthPx('HELLO', 20));
    const right = await inkOf(drawText('HELLO', { x: 140, y: 40, heightPx: 20, colour: '#ffffff', isRightAligned: true }), 150, 60);
    expect(Math.max(...right.map(([, column]) => column))).toBeGreaterThan(130);
  });

  it('has a picture of its own for every printable character, a box for others, and letters without their accents', () => {
    const drawn = (text: string): string => drawText(text, { x: 0, y: 0, heightPx: 10, colour: '#ffffff' });
    const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
    expect(new Set(printable.map(drawn)).size).toBe(95);
    expect(printable.map(drawn)).not.toContain(drawn('語'));
    expect(drawn('é')).toBe(drawn('e'));
  });

  it('that is too wide loses its middle', () => {
    const name = 'tree/Mass-Training_P_00001_LEFT_CC/1-1.dcm';
    expect(fitText(name, 10, 1000)).toBe(name);
    const short = fitText(name, 10, 200);
    expect(short).toMatch(/^tree\/.*\.\.\..*1-1\.dcm$/);
    expect(textWidthPx(short, 10)).toBeLessThanOrEqual(200);
    expect(fitText(name, 10, 1)).toBe('...');
  });
});

describe('a scale bar', () => {
  it.each([
    [0.1, 1, 300, 20, 200],
    [0.05, 10, 100, 50, 100],
    [0.07, 1, 10, 0.5, 0.5 / 0.07],
    [1, 1, 9.9, 5, 5],
  ])('of %f mm a pixel, shrunk %f times, in at most %f pixels: %f mm in %f pixels', (mm, sourcePxPerPx, longestPx, lengthMm, lengthPx) => {
    const bar = scaleBar({ mm, isAtDetector: false }, sourcePxPerPx, longestPx);
    expect(bar.label).toBe(`${String(lengthMm)} mm`);
    expect(bar.lengthPx).toBeCloseTo(lengthPx, 6);
  });

  it('takes the width of a pixel from Pixel Spacing, or else from that at the detector, and says so', () => {
    const both = { pixelSpacingMm: [0.1, 0.2], imagerPixelSpacingMm: [0.3, 0.4] } as const;
    expect(pixelWidthOf(both)).toEqual({ mm: 0.2, isAtDetector: false });
    const detector = pixelWidthOf({ ...both, pixelSpacingMm: undefined });
    expect(detector).toEqual({ mm: 0.4, isAtDetector: true });
    expect(detector && scaleBar(detector, 1, 60).label).toBe('20 mm at the detector');
    expect(pixelWidthOf({ pixelSpacingMm: undefined, imagerPixelSpacingMm: undefined })).toBeUndefined();
    expect(pixelWidthOf({ pixelSpacingMm: [0, 0], imagerPixelSpacingMm: undefined })).toBeUndefined();
  });

  it('is as long as it says, ends where it is asked to, and takes up what it says', async () => {
    const bar = { lengthPx: 60, label: '5 mm' };
    const ink = await inkOf(drawScaleBar(bar, 180, 20, 10, '#ffffff'), 200, 40);
    const line = ink.filter(([row]) => row === 19 || row === 20).map(([, column]) => column);
    expect(Math.max(...line)).toBe(180);
    const unbroken = Array.from({ length: 60 }, (_, at) => 120 + at).every((column) => line.includes(column));
    expect(unbroken).toBe(true);
    const left = Math.min(...ink.map(([, column]) => column));
    expect(left).toBeGreaterThanOrEqual(180 - Math.ceil(scaleBarWidthPx(bar, 10)));
    expect(left).toBeLessThan(180 - 60 - 20);
  });
});

describe('a canvas', () => {
  it('keeps its pixels where nothing is drawn over them', async () => {
    const grey: Raster8 = { rows: 16, columns: 16, data: Uint8Array.from({ length: 256 }, (_, value) => value) };
    const canvas = createCanvas(20, 20, 0x33);
    placeGrey(canvas, grey, 2, 3);
    const data = await drawOver(canvas, ['<path d="M0 0h1v1h-1z" fill="#ff0000"/>']).raw().toBuffer();
    for (const [at, value] of grey.data.entries()) {
      const from = 3 * ((3 + Math.floor(at / 16)) * 20 + 2 + (at % 16));
      expect([...data.subarray(from, from + 3)]).toEqual([value, value, value]);
    }
    expect([...data.subarray(0, 6)]).toEqual([255, 0, 0, 0x33, 0x33, 0x33]);
  });

  it('shows the outline of a hole, and a dot for a single pixel', async () => {
    const polygons = [
      { outer: [2, 2, 30, 2, 30, 30, 2, 30], holes: [[10, 10, 10, 20, 20, 20, 20, 10]] },
      { outer: [40, 5], holes: [] },
    ];
    const ink = await inkOf(drawContours({ polygons, colour: '#ffffff', place: (ring) => ring, strokePx: 2 }), 50, 40);
    const has = (row: number, column: number): boolean => ink.some(([y, x]) => y === row && x === column);
    expect([has(2, 15), has(15, 30), has(10, 15), has(15, 20), has(5, 40)]).toEqual([true, true, true, true, true]);
    expect([has(6, 6), has(15, 15), has(35, 15)]).toEqual([false, false, false]);
  });
});
