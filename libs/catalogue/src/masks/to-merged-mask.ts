import { parseSha256, parseUuid } from '@mammoline/kernel';
import { toBlobRef } from '../database/columns.ts';
import type { RowInJson } from '../database/json.ts';
import type { MergedMask } from '../gen/client.ts';
import type { MergedMaskRecord } from '../records.ts';

export function toMergedMask(row: MergedMask | RowInJson<MergedMask>): MergedMaskRecord {
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
