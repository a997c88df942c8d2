import { bug } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { CatalogueCounts } from '../records.ts';

/** Patients and views count where an image or a table row names them. */
export async function counts(db: Database): Promise<CatalogueCounts> {
  const [row] = await db.$queryRaw<readonly CatalogueCounts[]>`
    WITH known AS (SELECT "viewId" FROM "Image" WHERE "viewId" IS NOT NULL UNION SELECT "viewId" FROM "Abnormality")
    SELECT
      (SELECT count(DISTINCT v."patientCode") FROM "View" v JOIN known k ON k."viewId" = v.id)::int AS patients,
      (SELECT count(*) FROM known)::int AS views,
      (SELECT count(*) FROM "Abnormality")::int AS abnormalities,
      (SELECT count(*) FROM "Image" WHERE kind = 'FULL')::int AS "full",
      (SELECT count(*) FROM "Image" WHERE kind = 'CROP')::int AS crop,
      (SELECT count(*) FROM "Image" WHERE kind = 'MASK')::int AS mask,
      (SELECT count(*) FROM "Image" WHERE kind = 'UNKNOWN')::int AS unknown,
      (SELECT count(DISTINCT "viewId") FROM (SELECT "viewId" FROM "Abnormality" GROUP BY "viewId", kind HAVING count(*) > 1) m)::int
        AS "multiAbnormalityViews",
      (SELECT count(*) FROM "MergedMask")::int AS "mergedMasks",
      (SELECT count(*) FROM "PreparedView")::int AS "preparedViews",
      (SELECT count(*) FROM "Prediction")::int AS predictions`;
  if (row === undefined) throw bug('a query of one row gave none');
  return row;
}
