import { formatCaseName, type AbnormalityKind, type OfficialSplit } from '@mammoline/kernel';
import { toViewRef, type ViewColumns } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';

interface MissingRow extends ViewColumns {
  readonly kind: AbnormalityKind;
  readonly officialSplit: OfficialSplit;
  readonly number: number;
  readonly missing: readonly string[];
}

/** Table rows whose full, crop or mask has no image, by name: `Mass-Training_P_00001_LEFT_CC_1: no CROP, no MASK`. */
export async function rowsWithoutFiles(db: Database): Promise<readonly string[]> {
  const rows = await db.$queryRaw<readonly MissingRow[]>`
    SELECT v."patientCode", v.laterality::text, v.position::text, a.kind::text, a."officialSplit"::text, a.number,
      array_remove(ARRAY[
        CASE WHEN i.kinds @> ARRAY['FULL'] THEN NULL ELSE 'FULL' END,
        CASE WHEN i.kinds @> ARRAY['CROP'] THEN NULL ELSE 'CROP' END,
        CASE WHEN i.kinds @> ARRAY['MASK'] THEN NULL ELSE 'MASK' END], NULL) AS missing
    FROM "Abnormality" a
    JOIN "View" v ON v.id = a."viewId"
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(DISTINCT image.kind::text), '{}') AS kinds FROM "Image" image
      WHERE image."viewId" = a."viewId" AND image."abnormalityKind" = a.kind
        AND (image.kind = 'FULL' OR image."abnormalityNumber" = a.number)
    ) i
    WHERE a."inTables" AND NOT i.kinds @> ARRAY['FULL', 'CROP', 'MASK']`;
  return rows
    .map((row) => {
      const name = formatCaseName({ ...toViewRef(row), kind: row.kind, split: row.officialSplit });
      return `${name}_${String(row.number)}: ${row.missing.map((kind) => `no ${kind}`).join(', ')}`;
    })
    .sort();
}
