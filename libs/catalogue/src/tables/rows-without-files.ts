import { formatCaseName, type AbnormalityKind, type OfficialSplit } from '@mammoline/kernel';
import { toViewRef, type ViewColumns } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { Page, PageRequest } from '../records.ts';
import { pageOfViews } from '../views/page-of-views.ts';

interface MissingRow extends ViewColumns {
  readonly kind: AbnormalityKind;
  readonly officialSplit: OfficialSplit;
  readonly number: number;
  readonly missing: readonly string[];
}

/** Table rows whose full, crop or mask has no image: `Mass-Training_P_00001_LEFT_CC_1: no CROP, no MASK`. By view; a page looks at so many views. */
export async function rowsWithoutFiles(db: Database, page: PageRequest): Promise<Page<string>> {
  const { rows: views, nextPageToken } = await pageOfViews(db, 'rows-without-files', page);
  const rows = await db.$queryRaw<readonly MissingRow[]>`
    SELECT a."patientCode", a.laterality::text, a.position::text, a.kind::text, a."officialSplit"::text, a.number,
      array_remove(ARRAY[
        CASE WHEN i.kinds @> ARRAY['FULL'] THEN NULL ELSE 'FULL' END,
        CASE WHEN i.kinds @> ARRAY['CROP'] THEN NULL ELSE 'CROP' END,
        CASE WHEN i.kinds @> ARRAY['MASK'] THEN NULL ELSE 'MASK' END], NULL) AS missing
    FROM "Abnormality" a
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(DISTINCT image.kind::text), '{}') AS kinds FROM "Image" image
      WHERE image."viewId" = a."viewId" AND image."abnormalityKind" = a.kind
        AND (image.kind = 'FULL' OR image."abnormalityNumber" = a.number)
    ) i
    WHERE a."viewId" = ANY(${views.map(({ id }) => id)}::uuid[]) AND a."inTables" AND NOT i.kinds @> ARRAY['FULL', 'CROP', 'MASK']
    ORDER BY a."patientCode", a.laterality, a.position, a.kind, a.number`;
  return {
    rows: rows.map((row) => {
      const name = formatCaseName({ ...toViewRef(row), kind: row.kind, split: row.officialSplit });
      return `${name}_${String(row.number)}: ${row.missing.map((kind) => `no ${kind}`).join(', ')}`;
    }),
    nextPageToken,
  };
}
