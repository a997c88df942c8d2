import { inspectDicom, writeDicom } from '@mammoline/dicom';
import { preparationRecipe as recipe, type GreyRaster, type Mask } from '@mammoline/imaging';
import { expect, it } from 'vitest';
import { maskColours, truthColour } from '../drawing/colours.ts';
import { drawPreparation, panelPx, type Subject } from './draw-preparation.ts';
import { layOutPanels } from './lay-out-panels.ts';
import { preparationPictures } from './preparation-pictures.ts';

const [rows, columns, radiusPx] = [250, 170, 15];

function subject(
  facing: 'left' | 'right',
  pixelSpacingMm?: readonly [number, number],
): Subject & { readonly lesion: { x: number; y: number } } {
  const lesion = { x: facing === 'right' ? 50 : columns - 1 - 50, y: 135 };
  const value = (x: number, y: number): number => {
    if (Math.hypot(x - lesion.x, y - lesion.y) <= radiusPx) return 60_000;
    return Math.hypot(facing === 'right' ? x : columns - 1 - x, y - 125) < 105 ? 20_000 + ((x * 31 + y * 17) % 400) : 120;
  };
  const data = Uint16Array.from({ length: rows * columns }, (_, at) => value(at % columns, Math.floor(at / columns)));
  const mask: Mask = { rows, columns, data: Uint8Array.from(data, (each) => (each === 60_000 ? 1 : 0)) };
  const pixels: GreyRaster = { rows, columns, data };
  const uids = { sopInstanceUid: '1.2.3', seriesInstanceUid: '1.2.4', studyInstanceUid: '1.2.5', patientId: 'nobody' };
  const file = writeDicom({ ...pixels, ...uids, pixelSpacingMm });
  const header = inspectDicom(file, file.length);
  if (!header.ok) throw new Error(header.error.detail);
  return { name: 'a case', header: header.value, pixels, masks: [], mergedMask: mask, lesion };
}

async function pixelsOf(of: Subject) {
  const { picture, panels } = drawPreparation(of, recipe);
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  const rgb = (x: number, y: number): readonly number[] => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)];
  return { info, data, rgb, panels };
}
const isColour = (rgb: readonly number[], colour: string): boolean =>
  [1, 3, 5].every((start, channel) => Math.abs((rgb[channel] ?? 0) - parseInt(colour.slice(start, start + 2), 16)) < 40);

it('shows, panel by panel, the very pixels of the steps, with nothing over them', async () => {
  const without = { ...subject('left', [0.2, 0.1]), mergedMask: undefined };
  const { pictures } = preparationPictures(without.pixels, recipe, panelPx);
  const images = pictures.map(({ picture }) => picture);
  const layout = layOutPanels(images, panelPx.width);
  const { info, data, rgb, panels } = await pixelsOf(without);
  expect(panels).toBe(10);
  expect([info.width, info.height]).toEqual([layout.width, layout.height]);
  for (const [index, image] of images.entries()) {
    const { left, top } = layout.panels[index] ?? expect.unreachable('fewer places than panels');
    const found = image.data.map((_, at) => {
      const from = 3 * ((top + Math.floor(at / image.columns)) * info.width + left + (at % image.columns));
      const [red = -1, green, blue] = data.subarray(from, from + 3);
      return green === red && blue === red ? red : -1;
    });
    expect(found).toEqual(image.data);
  }
  // There is text above each panel, and a scale bar below the source alone.
  const isInk = (left: number, y: number): boolean =>
    Array.from({ length: panelPx.width }, (_, at) => rgb(left + at, y)[0] ?? 0).some((grey) => grey > 150);
  for (const { left, top } of layout.panels) expect(isInk(left, top - 34) && isInk(left, top - 14)).toBe(true);
  const below = layout.panels.map(({ left, top }, at) => isInk(left, top + (images[at]?.rows ?? 0) + 13));
  expect(below).toEqual([true, ...Array.from({ length: 9 }, () => false)]);
});

it.each(['left', 'right'] as const)(
  'of a breast that faces %s: the merged mask is outlined where the lesion is, in every panel after the source',
  async (facing) => {
    const of = subject(facing);
    const masks = [{ name: 'mask 1', mask: of.mergedMask ?? expect.unreachable('it has one') }];
    const { rgb, panels } = await pixelsOf({ ...of, masks });
    const { pictures, outcome } = preparationPictures(of.pixels, recipe, panelPx);
    if (outcome instanceof Error) throw outcome;
    const layout = layOutPanels([...pictures.map(({ picture }) => picture), { rows: 300 }], panelPx.width);
    expect(panels).toBe(11);
    for (const [index, { step, picture, columns: made }] of pictures.entries()) {
      const { left, top } = layout.panels[index] ?? expect.unreachable('fewer places than panels');
      const scale = (picture.columns / made) * (step === 'resize' ? recipe.networkSidePx / outcome.paddedSidePx : 1);
      const isMirrored = ['flip', 'CLAHE', 'pad', 'resize'].includes(step) && facing === 'left';
      const { crop } = outcome;
      const x = step === 'source' ? of.lesion.x : isMirrored ? crop.columns - 1 - (of.lesion.x - crop.left) : of.lesion.x - crop.left;
      const y = step === 'source' ? of.lesion.y : of.lesion.y - crop.top;
      const colour = step === 'source' ? maskColours[0] : truthColour;
      const distances: number[] = [];
      for (let row = 0; row < picture.rows; row += 1) {
        for (let column = 0; column < picture.columns; column += 1) {
          if (isColour(rgb(left + column, top + row), colour)) {
            distances.push(Math.hypot((column + 0.5) / scale - 0.5 - x, (row + 0.5) / scale - 0.5 - y));
          }
        }
      }
      expect(distances.length).toBeGreaterThan(30);
      for (const distance of distances) expect(Math.abs(distance - radiusPx)).toBeLessThan(3);
    }
  },
);
