import type { ImageRecord, MergedMaskRecord, PredictionRecord, ViewRecord } from '@mammoline/catalogue';
import { readPixels } from '@mammoline/dicom';
import type { Mask, Raster8 } from '@mammoline/imaging';
import type { AbnormalityKind } from '@mammoline/kernel';
import type { Laptop } from '../../clients/open-laptop.ts';
import { readMaskPng } from './read-mask-png.ts';
import { windowGrey } from './window-grey.ts';

/** A mammogram ready to be drawn, with what is known and what is predicted of it, in its own pixels. */
export interface ViewPictures {
  readonly image: Raster8;
  readonly truth: Mask | undefined;
  readonly prediction: Mask | undefined;
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
  const { pixels } = readPixels(await blobs.get(full.blob, signal));
  return {
    image: windowGrey(pixels),
    truth: merged === undefined ? undefined : await readMaskPng(await blobs.get(merged.blob, signal)),
    prediction: prediction === undefined ? undefined : await readMaskPng(await blobs.get(prediction.mask, signal)),
  };
}

/** The first mammogram of a view in one of the two tables. */
export function fullImageOf(view: ViewRecord, kind: AbnormalityKind): ImageRecord | undefined {
  return (
    view.images.find((image) => image.kind === 'FULL' && image.variant === 1 && image.case?.kind === kind) ??
    view.images.find((image) => image.kind === 'FULL')
  );
}
