import type { MergedMaskRecord, PredictionRecord, ViewRecord } from '@mammoline/catalogue';
import { readPixels } from '@mammoline/dicom';
import { decodeMaskPng, type Mask, type Raster8 } from '@mammoline/imaging';
import type { AbnormalityKind } from '@mammoline/kernel';
import type { Laptop } from '../../clients/open-laptop.ts';
import { pixelWidthOf, type PixelWidth } from '../../drawing/scale-bar.ts';
import { fullImageOf } from '../../pipeline/full-image-of.ts';
import { windowGrey } from './window-grey.ts';

/** A mammogram ready to be drawn, with what is known and what is predicted of it, in its own pixels. */
export interface ViewPictures {
  readonly image: Raster8;
  readonly truth: Mask | undefined;
  readonly prediction: Mask | undefined;
  readonly pixelWidth: PixelWidth | undefined;
}

/** Undefined where the view has no mammogram of that kind. */
export async function loadViewPictures(
  { blobs }: Pick<Laptop, 'blobs'>,
  view: ViewRecord,
  kind: AbnormalityKind,
  prediction: PredictionRecord | undefined,
  signal: AbortSignal,
): Promise<ViewPictures | undefined> {
  const full = fullImageOf(view, kind);
  if (full === undefined) return undefined;
  const merged: MergedMaskRecord | undefined = view.mergedMasks.find((mask) => mask.abnormalityKind === kind);
  const { header, pixels } = readPixels(await blobs.get(full.blob, signal));
  return {
    image: windowGrey(pixels),
    truth: merged === undefined ? undefined : await decodeMaskPng(await blobs.get(merged.blob, signal)),
    prediction: prediction === undefined ? undefined : await decodeMaskPng(await blobs.get(prediction.mask, signal)),
    pixelWidth: pixelWidthOf(header),
  };
}
