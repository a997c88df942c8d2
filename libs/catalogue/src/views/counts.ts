import { bug } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { CatalogueCounts } from '../records.ts';

/** Views and patients are those of cases: an image or a table row names them. Each table is counted in one pass over an index, in that index's order. */
export async function counts(db: Database): Promise<CatalogueCounts> {
  const [row] = await db.$queryRaw<readonly CatalogueCounts[]>`
    WITH view AS (SELECT "patientCode" FROM "Case" GROUP BY "patientCode", laterality, position),
      image AS (SELECT kind, count(*)::int AS count FROM "Image" GROUP BY kind),
      several AS (SELECT "viewId" FROM "Abnormality" GROUP BY "viewId", kind HAVING count(*) > 1)
    SELECT
      (SELECT count(*) FROM (SELECT FROM view GROUP BY "patientCode") AS patient)::int AS patients,
      (SELECT count(*) FROM view)::int AS views,
      (SELECT count(*) FROM "Abnormality")::int AS abnormalities,
      coalesce((SELECT count FROM image WHERE kind = 'FULL'), 0) AS "full",
      coalesce((SELECT count FROM image WHERE kind = 'CROP'), 0) AS crop,
      coalesce((SELECT count FROM image WHERE kind = 'MASK'), 0) AS mask,
      coalesce((SELECT count FROM image WHERE kind = 'UNKNOWN'), 0) AS unknown,
      (SELECT count(*) FROM (SELECT FROM several GROUP BY "viewId") AS view)::int AS "multiAbnormalityViews",
      (SELECT count(*) FROM "MergedMask")::int AS "mergedMasks",
      (SELECT count(*) FROM "PreparedView")::int AS "preparedViews",
      (SELECT count(*) FROM "Prediction")::int AS predictions`;
  if (row === undefined) throw bug('a query of one row gave none');
  return row;
}
