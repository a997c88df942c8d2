import { parseSha256, parseUuid } from '@mammoline/kernel';
import { toBlobRef } from '../database/columns.ts';
import type { MergedMask } from '../gen/client.ts';
import type { MergedMaskRecord } from '../records.ts';

/** What a record is made of. */
export type MergedMaskColumns = Omit<MergedMask, 'viewId'>;

export function toMergedMask(row: MergedMaskColumns): MergedMaskRecord {
  return {
    id: parseUuid(row.id),
    abnormalityKind: row.abnormalityKind,
    revision: row.revision,
    inputsHash: parseSha256(row.inputsHash),
    blob: toBlobRef(row),
    rows: row.rows,
    columns: row.columns,
    maskCount: row.maskCount,
    refusedCount: row.refusedCount,
    areaPx: Number(row.areaPx),
  };
}
