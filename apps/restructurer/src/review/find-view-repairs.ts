import type { AbnormalityRecord, NewRepair, ViewRecord } from '@mammoline/catalogue';
import { formatCaseName, formatImageName } from '@mammoline/kernel';
import type { AbnormalityKind, CaseRef } from '@mammoline/kernel';
import { findSwappedColumns } from './find-swapped-columns.ts';
import { findSwappedNumbering } from './find-swapped-numbering.ts';
import { isPlaced, type PlacedImage } from './placed-image.ts';

/** What is known of a view and kind, beside the tables that have been taken. */
export interface ViewReview {
  readonly view: ViewRecord;
  readonly kind: AbnormalityKind;
  /** Whether a table of this kind and split has been taken: only then does a missing row mean something. */
  readonly isTabled: (ref: CaseRef) => boolean;
}

/**
 * What the files and the tables of one view and kind say together, and neither alone: names that clash, crop and mask swapped in a table's
 * columns or in the numbering of the files, files without a row. It depends on the whole state, so the order of its making does not matter.
 */
export function findViewRepairs({ view, kind, isTabled }: ViewReview): readonly NewRepair[] {
  const images = view.images.filter(isPlaced).filter((image) => image.case.kind === kind);
  const rows = view.abnormalities.filter((row) => row.kind === kind && row.inTables);
  const repairs: NewRepair[] = [];
  for (const image of images) if (image.variant > 1) repairs.push(nameClash(image));
  for (const [subject, group] of Map.groupBy(images, subjectOf)) {
    const [image] = group;
    if (image !== undefined && isTabled(image.case) && !hasRow(image, rows)) repairs.push(fileWithoutRow(image));
    const row = rows.find(({ number }) => number === group[0]?.abnormalityNumber);
    repairs.push(...findSwappedNumbering(subject, group), ...(row === undefined ? [] : findSwappedColumns(subject, row, group)));
  }
  return repairs;
}

function nameClash(image: PlacedImage): NewRepair {
  const name = (variant: number): string => formatImageName(image.case, image.kind, image.abnormalityNumber, variant);
  return { kind: 'name-clash', subject: image.sourcePath, was: `${name(1)}, as another, different file`, now: name(image.variant) };
}

const hasRow = (image: PlacedImage, rows: readonly AbnormalityRecord[]): boolean =>
  image.abnormalityNumber === undefined ? rows.length > 0 : rows.some(({ number }) => number === image.abnormalityNumber);

/** The case, and the abnormality where there is one: `Mass-Training_P_00001_LEFT_CC_1`. */
function subjectOf(image: PlacedImage): string {
  return `${formatCaseName(image.case)}${image.abnormalityNumber === undefined ? '' : `_${String(image.abnormalityNumber)}`}`;
}

export const fileWithoutRow = (image: PlacedImage): NewRepair => ({
  kind: 'file-without-row',
  subject: subjectOf(image),
  was: 'no row in the tables',
  now: 'kept, without pathology and density',
});
