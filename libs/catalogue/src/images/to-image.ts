import { bug, parseUuid, type CaseRef, type ViewRef } from '@mammoline/kernel';
import { orUndefined, toBlobRef, toViewRef, type ViewColumns } from '../database/columns.ts';
import type { Image } from '../gen/client.ts';
import type { ImageRecord } from '../records.ts';

/** What a record is made of: neither the view's id nor the name, which say what the other columns do. */
export type ImageColumns = Omit<Image, 'name' | 'viewId' | 'createdAt'>;

/** A row with its view, as `include: { view: true }` reads it. */
export function toImage(row: Image & { readonly view: ViewColumns | null }): ImageRecord {
  return toImageOf(row.view === null ? undefined : toViewRef(row.view), row);
}

/** A row whose view is known already. */
export function toImageOf(view: ViewRef | undefined, row: ImageColumns): ImageRecord {
  const [rowSpacing, columnSpacing] = row.pixelSpacingMm;
  return {
    id: parseUuid(row.id),
    blob: toBlobRef(row),
    sourcePath: row.sourcePath,
    header: {
      sopInstanceUid: row.sopInstanceUid,
      seriesInstanceUid: row.seriesInstanceUid,
      rows: row.rows,
      columns: row.columns,
      bitsAllocated: row.bitsAllocated,
      bitsStored: row.bitsStored,
      photometric: row.photometric,
      pixelSpacingMm: rowSpacing === undefined || columnSpacing === undefined ? undefined : [rowSpacing, columnSpacing],
    },
    case: view === undefined ? undefined : toCase(view, row),
    kind: row.kind,
    abnormalityNumber: orUndefined(row.abnormalityNumber),
    evidence: row.evidence,
    variant: row.variant,
  };
}

function toCase(view: ViewRef, row: ImageColumns): CaseRef {
  if (row.abnormalityKind === null || row.officialSplit === null) throw bug(`image ${row.id} has a view and no abnormality kind or split`);
  return { ...view, kind: row.abnormalityKind, split: row.officialSplit };
}
