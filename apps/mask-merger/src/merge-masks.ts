import type { BlobStore } from '@mammoline/blobs';
import type { CatalogueReader, ImageRecord } from '@mammoline/catalogue';
import { maskMerged, outgoing, type ImageCatalogued } from '@mammoline/contracts';
import { defaultDicomLimits, type DicomLimits } from '@mammoline/dicom';
import { countMarked, encodeBitMaskPng, openKernels, uniteMasks, type Kernels } from '@mammoline/imaging';
import { sha256Of, stableJson, type Sha256 } from '@mammoline/kernel';
import { done, skip, type Stage } from '@mammoline/service';
import { readMask, type MaskReading } from './read-mask.ts';

export interface MergeMasksPorts {
  readonly catalogue: Pick<CatalogueReader, 'masksOf'>;
  readonly blobs: Pick<BlobStore, 'get' | 'put'>;
  readonly dicomLimits?: DicomLimits;
  /** Their memory is used by one mask after the other: fresh memory costs more time than the pixels do. */
  readonly kernels?: Kernels;
}

/**
 * image.catalogued -> mask.merged: the union of all masks of a view and kind, once the mammogram and all masks that the tables promise are there,
 * and again when a further one comes. A mask that can't be used is left out, counted, and named by a repair; where none can be used there is no union.
 */
export const mergeMasks: Stage<ImageCatalogued, MergeMasksPorts> = async (
  event,
  { catalogue, blobs, dicomLimits = defaultDicomLimits, kernels = openKernels() },
  { signal },
) => {
  const { view, abnormalityKind } = event;
  const set = await catalogue.masksOf(view, abnormalityKind);
  if (set?.full === undefined) return skip('waiting for the mammogram');
  if (set.missing > 0) return skip(`waiting for ${set.missing} of ${set.expected} masks`);
  if (set.masks.length === 0) return skip('no masks');
  const { rows, columns } = set.full.header;
  const inputsHash = hashInputs(rows, columns, set.masks);
  if (set.merged?.inputsHash === inputsHash) return skip('already merged');

  const readings: MaskReading[] = [];
  for (const image of set.masks) readings.push(await readMask(image, { rows, columns }, { blobs, dicomLimits, kernels }, signal));
  const masks = readings.flatMap(({ mask }) => (mask === undefined ? [] : [mask]));
  const repairs = readings.flatMap(({ repair }) => (repair === undefined ? [] : [repair]));
  const union = uniteMasks(rows, columns, masks);
  const blob = masks.length === 0 ? undefined : await blobs.put(await encodeBitMaskPng(union), signal);

  return done({
    write: async (tx) => {
      await tx.expectViewRevision(view, set.viewRevision);
      for (const repair of repairs) await tx.saveRepair(repair);
      if (blob === undefined) return undefined;
      return tx.saveMergedMask(view, {
        abnormalityKind,
        inputsHash,
        blob,
        rows,
        columns,
        maskCount: masks.length,
        refusedCount: readings.length - masks.length,
        areaPx: countMarked(union),
      });
    },
    emit: (merged) =>
      merged === undefined ? [] : [outgoing(maskMerged, { view, abnormalityKind, mergedMaskId: merged.id, revision: merged.revision })],
  });
};

/** Of all that the union depends on. The order in which masks came is no part of it. */
function hashInputs(rows: number, columns: number, masks: readonly ImageRecord[]): Sha256 {
  return sha256Of(stableJson({ rows, columns, masks: masks.map(({ blob }) => blob.sha256).sort() }));
}
