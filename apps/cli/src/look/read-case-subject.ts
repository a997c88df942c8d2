import type { BlobStore } from '@mammoline/blobs';
import type { Catalogue } from '@mammoline/catalogue';
import { readPixels } from '@mammoline/dicom';
import { decodeMaskPng, maskFromGrey } from '@mammoline/imaging';
import { Failure, formatCaseName, invalid, type CaseRef } from '@mammoline/kernel';
import { fullImageOf } from '../pipeline/full-image-of.ts';
import type { Subject } from './draw-preparation.ts';

/** Reads a mammogram of the catalogue with its masks and what was merged of them. @throws Failure invalid where the catalogue has none of that name */
export async function readCaseSubject(
  { catalogue, blobs }: { readonly catalogue: Pick<Catalogue, 'view'>; readonly blobs: Pick<BlobStore, 'get'> },
  wanted: CaseRef,
  signal: AbortSignal,
): Promise<Subject> {
  const name = formatCaseName(wanted);
  const view = await catalogue.view(wanted);
  const isOfCase = ({ kind, split }: { kind: CaseRef['kind']; split: CaseRef['split'] }) => kind === wanted.kind && split === wanted.split;
  const isKnown =
    view?.images.some((image) => image.case !== undefined && isOfCase(image.case)) === true ||
    view?.abnormalities.some(({ kind, officialSplit }) => isOfCase({ kind, split: officialSplit })) === true;
  if (view === undefined || !isKnown)
    throw invalid(`${name}: the catalogue has no such case; import its files, or look at one of them by its path`);
  const full = fullImageOf(view, wanted.kind);
  if (full === undefined) throw invalid(`${name}: its mammogram has not come; see "mammoline repairs --kind row-without-files"`);
  const masks: { readonly name: string; readonly mask: Subject['masks'][number]['mask'] }[] = [];
  const found = view.images.filter((image) => image.kind === 'MASK' && image.case?.kind === wanted.kind);
  for (const image of found.toSorted((a, b) => (a.abnormalityNumber ?? 0) - (b.abnormalityNumber ?? 0) || a.variant - b.variant)) {
    const version = image.variant === 1 ? '' : `, version ${String(image.variant)}`;
    try {
      const mask = maskFromGrey(readPixels(await blobs.get(image.blob, signal)).pixels);
      const isOtherSize = mask.rows !== full.header.rows || mask.columns !== full.header.columns;
      const size = isOtherSize ? ` (${String(mask.rows)} x ${String(mask.columns)})` : '';
      masks.push({ name: `mask ${String(image.abnormalityNumber ?? '?')}${version}${size}`, mask });
    } catch (error) {
      // The merger left it out, too, and said so (repair `mask-unreadable`).
      if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    }
  }
  const merged = view.mergedMasks.find((mask) => mask.abnormalityKind === wanted.kind);
  const { header, pixels } = readPixels(await blobs.get(full.blob, signal));
  const mergedMask = merged && (await decodeMaskPng(await blobs.get(merged.blob, signal)));
  return { name, header, pixels, masks, mergedMask };
}
