import { parseUuid } from '@mammoline/kernel';
import { orUndefined, toViewRef } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { RowInJson } from '../database/json.ts';
import type { MergedMask, PreparedView, View } from '../gen/client.ts';
import { toImageOf, type ImageColumns } from '../images/to-image.ts';
import { toMergedMask } from '../masks/to-merged-mask.ts';
import { toPreparedViewOf } from '../prepared/to-prepared-view.ts';
import type { ViewRecord } from '../records.ts';
import { toAbnormality, type AbnormalityColumns } from '../tables/to-abnormality.ts';

type ViewWithAll = View & {
  readonly abnormalities: readonly RowInJson<AbnormalityColumns>[];
  readonly images: readonly RowInJson<ImageColumns>[];
  readonly mergedMasks: readonly RowInJson<MergedMask>[];
  readonly preparedViews: readonly RowInJson<PreparedView>[];
};

/**
 * Views with all that hangs on them, in the order of their keys, in one statement and so in one state. Postgres makes JSON of the rows: a page of a
 * hundred views has some thousand, and taking them as JSON costs a quarter of what taking each value by itself does.
 */
export async function readViews(db: Database, ids: readonly string[]): Promise<readonly ViewRecord[]> {
  const views = await db.$queryRaw<readonly ViewWithAll[]>`
    SELECT v.id, v."patientCode", v.laterality::text, v.position::text, v."breastDensity", v.revision,
      (SELECT coalesce(json_agg(a), '[]') FROM (
        SELECT kind, number, "officialSplit", pathology, assessment, subtlety, attributes, "inTables", "fullPath", "cropPath", "maskPath"
        FROM "Abnormality" WHERE "viewId" = v.id ORDER BY kind, number) a) AS abnormalities,
      (SELECT coalesce(json_agg(i), '[]') FROM (
        SELECT id, sha256, uri, "sizeBytes", "sourcePath", kind, evidence, "abnormalityKind", "officialSplit", "abnormalityNumber", variant,
          "sopInstanceUid", "seriesInstanceUid", rows, columns, "bitsAllocated", "bitsStored", photometric, "pixelSpacingMm"
        FROM "Image" WHERE "viewId" = v.id ORDER BY name, variant) i) AS images,
      (SELECT coalesce(json_agg(m ORDER BY m."abnormalityKind"), '[]') FROM "MergedMask" m WHERE m."viewId" = v.id) AS "mergedMasks",
      (SELECT coalesce(json_agg(p ORDER BY p."abnormalityKind"), '[]') FROM "PreparedView" p WHERE p."viewId" = v.id) AS "preparedViews"
    FROM "View" v WHERE v.id = ANY(${ids}::uuid[])
    ORDER BY v."patientCode", v.laterality, v.position`;
  return views.map((row) => {
    const ref = toViewRef(row);
    return {
      id: parseUuid(row.id),
      ref,
      breastDensity: orUndefined(row.breastDensity),
      revision: row.revision,
      abnormalities: row.abnormalities.map(toAbnormality),
      images: row.images.map((image) => toImageOf(ref, image)),
      mergedMasks: row.mergedMasks.map(toMergedMask),
      preparedViews: row.preparedViews.map((prepared) => toPreparedViewOf(ref, prepared)),
    };
  });
}
