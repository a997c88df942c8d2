import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readPixels } from '@mammoline/dicom';
import { sha256Of } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { binarise } from './binarise.ts';
import { unpackMask } from './bit-mask.ts';
import { clahe } from './clahe.ts';
import { cropBorders } from './crop-borders.ts';
import { facesLeft } from './faces-left.ts';
import { keepLargestContourFilled } from './keep-largest-contour-filled.ts';
import { openSimdKernels } from './kernels/simd-kernels.ts';
import { createPlainKernels } from './kernels/plain-kernels.ts';
import { roomFor } from './kernels/room-for.ts';
import { maskFromGrey } from './mask-from-grey.ts';
import { maskToGrey } from './mask-to-grey.ts';
import { normalisedValue } from './normalised-value.ts';
import { openThenDilate } from './open-then-dilate.ts';
import { openingSide } from './opening-side.ts';
import { padToSquare } from './pad-to-square.ts';
import { preparationRecipe as recipe } from './preparation-recipe.ts';
import { prepareCrop } from './prepare-crop.ts';
import { prepareMammogram, prepareNetworkInput } from './prepare-mammogram.ts';
import { prepareMask } from './prepare-mask.ts';
import type { GreyRaster } from './raster.ts';
import { resizeToNetwork } from './resize-to-network.ts';
import { stretchContrast } from './stretch-contrast.ts';
import { takePart } from './take-part.ts';
import { toEightBit } from './to-eight-bit.ts';
import { unionMasks } from './union-masks.ts';

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
  const kinds = [createPlainKernels(), openSimdKernels() ?? createPlainKernels()];
  test.each(kinds.flatMap((kernels) => images.map((image) => ({ name: image.name, kind: kernels.name, image, kernels }))))(
    '$name, $kind: every step of the mammogram',
    ({ image, kernels }) => {
      const { steps } = image;
      const pixels = read(image, 'full');
      expect(of(pixels)).toEqual(golden(steps['00_pixels']));

      const kept = cropBorders(pixels.rows, pixels.columns, recipe.borders);
      kernels.startOver(roomFor(kept));
      const cropped = takePart(pixels, kept, kernels);
      expect(of(cropped)).toEqual(golden(steps['01_cropped']));

      const range = kernels.valueRange(cropped.data);
      const normalised = ({ rows, columns, data }: GreyRaster): Fingerprint =>
        fingerprint(
          rows,
          columns,
          Float64Array.from(data, (value) => normalisedValue(value, range)),
        );
      expect(normalised(cropped)).toEqual(golden(steps['02_norm']));

      const breast = binarise(cropped, range, recipe.breastThreshold, kernels);
      expect(of(unpackMask(breast))).toEqual(golden(steps['03_bin']));
      openThenDilate(breast, openingSide(pixels, recipe), kernels);
      expect(of(unpackMask(breast))).toEqual(golden(steps['04_edited']));
      expect(keepLargestContourFilled(breast)).toBe(true);
      const found = unpackMask(breast);
      expect(of(found)).toEqual(golden(steps['05_blob']));

      const masked = { ...cropped, data: cropped.data.map((value, at) => (found.data[at] === 1 ? value : range.min)) };
      expect(normalised(masked)).toEqual(golden(steps['06_masked']));

      expect(facesLeft(breast)).toBe(image.lr_flip);
      const eightBit = toEightBit(cropped, breast, range, kernels) ?? expect.unreachable('no breast');
      if (image.lr_flip) kernels.mirrorRows(eightBit.data, eightBit.rows, eightBit.columns);
      expect(of(eightBit)).toEqual(golden(steps['07_clahe_in']));

      clahe(eightBit, recipe.clahe, kernels);
      expect(of(eightBit)).toEqual(golden(steps['08_clahe']));

      const padded = padToSquare(eightBit);
      const asFloats = fingerprint(padded.rows, padded.columns, Float32Array.from(padded.data));
      expect(asFloats).toEqual(golden(steps['10_padded']));
      expect(asFloats).toEqual(golden(steps['11_final_f32']));
      stretchContrast(eightBit, eightBit.rows !== eightBit.columns, kernels);
      expect(of(padToSquare(eightBit))).toEqual(golden(steps['12_final']));

      const prepared = prepareMammogram(pixels, recipe, { kernels });
      expect(of(prepared.image)).toEqual(golden(steps['12_final']));
      const input = prepareNetworkInput(pixels, recipe, { kernels });
      expect(input).toEqual({ ...prepared, image: resizeToNetwork(prepared.image, prepared.geometry) });
    },
  );

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
