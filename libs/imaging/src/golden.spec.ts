import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readPixels } from '@mammoline/dicom';
import { sha256Of } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { applyMask } from './apply-mask.ts';
import { binarise } from './binarise.ts';
import { clahe } from './clahe.ts';
import { cropBorders } from './crop-borders.ts';
import { crop } from './crop.ts';
import { facesLeft } from './faces-left.ts';
import { flip } from './flip.ts';
import { largestContourFilled } from './largest-contour-filled.ts';
import { maskFromGrey } from './mask-from-grey.ts';
import { maskToGrey } from './mask-to-grey.ts';
import { normalisedValue } from './normalised-value.ts';
import { openThenDilate } from './open-then-dilate.ts';
import { padToSquare } from './pad-to-square.ts';
import { preparationRecipe as recipe } from './preparation-recipe.ts';
import { prepareCrop } from './prepare-crop.ts';
import { prepareMammogram } from './prepare-mammogram.ts';
import { prepareMask } from './prepare-mask.ts';
import type { GreyRaster } from './raster.ts';
import { toEightBit } from './to-eight-bit.ts';
import { unionMasks } from './union-masks.ts';
import { valueRange } from './value-range.ts';

interface Fingerprint {
  readonly shape: readonly number[];
  readonly sha256: string;
}
interface GoldenImage {
  readonly name: string;
  readonly steps: Readonly<Record<string, Fingerprint>>;
  readonly masks: readonly { readonly id: number; readonly final: Fingerprint }[];
  readonly crops: readonly { readonly id: number; readonly final: Fingerprint }[];
  readonly lr_flip: boolean;
  readonly merged?: Fingerprint;
}

const directory = fileURLToPath(new URL('../../../../shared/data/golden/', import.meta.url));
const isThere = existsSync(`${directory}manifest.json`);
const images: readonly GoldenImage[] = isThere
  ? (JSON.parse(readFileSync(`${directory}manifest.json`, 'utf8')) as { images: readonly GoldenImage[] }).images
  : [];

const read = (image: GoldenImage, file: string): GreyRaster =>
  readPixels(gunzipSync(readFileSync(`${directory}${image.name}/${file}.dcm.gz`))).pixels;

/** Shape and hash of the pixels' little-endian bytes, as the manifest gives them. */
const fingerprint = (rows: number, columns: number, data: ArrayBufferView): Fingerprint => ({
  shape: [rows, columns],
  sha256: sha256Of(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
});
const of = ({ rows, columns, data }: GreyRaster): Fingerprint => fingerprint(rows, columns, data);
const golden = (print: Fingerprint | undefined): Fingerprint | undefined => print && { shape: print.shape, sha256: print.sha256 };

describe.skipIf(!isThere)('golden images of the reference (skipped where ../shared/data/golden is absent)', () => {
  test.each(images)('$name: every step of the mammogram', (image) => {
    const { steps } = image;
    const pixels = read(image, 'full');
    expect(of(pixels)).toEqual(golden(steps['00_pixels']));

    const cropped = crop(pixels, cropBorders(pixels.rows, pixels.columns, recipe.borders));
    expect(of(cropped)).toEqual(golden(steps['01_cropped']));

    const range = valueRange(cropped);
    const normalised = ({ rows, columns, data }: GreyRaster): Fingerprint =>
      fingerprint(
        rows,
        columns,
        Float64Array.from(data, (value) => normalisedValue(value, range)),
      );
    expect(normalised(cropped)).toEqual(golden(steps['02_norm']));

    const bright = binarise(cropped, range, recipe.breastThreshold);
    expect(of(bright)).toEqual(golden(steps['03_bin']));

    const edited = openThenDilate(bright, recipe.openingSidePx);
    expect(of(edited)).toEqual(golden(steps['04_edited']));

    const breast = largestContourFilled(edited) ?? expect.unreachable('no breast');
    expect(of(breast)).toEqual(golden(steps['05_blob']));

    const masked = applyMask(cropped, breast, range.min);
    expect(normalised(masked)).toEqual(golden(steps['06_masked']));

    expect(facesLeft(breast)).toBe(image.lr_flip);
    const eightBit = toEightBit(image.lr_flip ? flip(masked) : masked, range);
    expect(of(eightBit)).toEqual(golden(steps['07_clahe_in']));

    const even = clahe(eightBit, recipe.clahe);
    expect(of(even)).toEqual(golden(steps['08_clahe']));

    const padded = padToSquare(even);
    const asFloats = fingerprint(padded.rows, padded.columns, Float32Array.from(padded.data));
    expect(asFloats).toEqual(golden(steps['10_padded']));
    expect(asFloats).toEqual(golden(steps['11_final_f32']));

    expect(of(prepareMammogram(pixels, recipe).image)).toEqual(golden(steps['12_final']));
  });

  test.each(images)('$name: masks, their union and crops', (image) => {
    const { geometry } = prepareMammogram(read(image, 'full'), recipe);
    const masks = image.masks.map(({ id }) => maskFromGrey(read(image, `mask_${String(id)}`)));
    expect(masks.map((mask) => of(maskToGrey(prepareMask(mask, geometry))))).toEqual(image.masks.map((mask) => golden(mask.final)));
    if (image.merged !== undefined) {
      const union = unionMasks(geometry.source.rows, geometry.source.columns, masks);
      expect(of(maskToGrey(prepareMask(union, geometry)))).toEqual(golden(image.merged));
    }
    const crops = image.crops.map(({ id }) => prepareCrop(read(image, `crop_${String(id)}`), recipe));
    expect(crops.map(of)).toEqual(image.crops.map((each) => golden(each.final)));
  });
});
