import { parseUuid } from '@mammoline/kernel';
import { orUndefined, toViewRef } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import { rowsAsTexts, type TextRows } from '../database/rows-as-texts.ts';
import { takeRows } from '../database/take-rows.ts';
import type { Prisma, View } from '../gen/client.ts';
import { toImageOf, type ImageColumns } from '../images/to-image.ts';
import { toMergedMask, type MergedMaskColumns } from '../masks/to-merged-mask.ts';
import { toPreparedViewOf, type PreparedViewColumns } from '../prepared/to-prepared-view.ts';
import type { ViewRecord } from '../records.ts';
import { toAbnormality, type AbnormalityColumns } from '../tables/to-abnormality.ts';

const abnormalities = rowsAsTexts<AbnormalityColumns>(
  'Abnormality',
  {
    kind: 'text',
    number: 'number',
    officialSplit: 'text',
    pathology: 'text',
    assessment: 'number',
    subtlety: 'number',
    attributes: 'json',
    inTables: 'boolean',
    fullPath: 'text',
    cropPath: 'text',
    maskPath: 'text',
  },
  'kind, number',
);
const images = rowsAsTexts<ImageColumns>(
  'Image',
  {
    id: 'text',
    sha256: 'text',
    uri: 'text',
    sizeBytes: 'bigint',
    sourcePath: 'text',
    kind: 'text',
    evidence: 'text',
    abnormalityKind: 'text',
    officialSplit: 'text',
    abnormalityNumber: 'number',
    variant: 'number',
    sopInstanceUid: 'text',
    seriesInstanceUid: 'text',
    rows: 'number',
    columns: 'number',
    bitsAllocated: 'number',
    bitsStored: 'number',
    photometric: 'text',
    pixelSpacingMm: 'numbers',
  },
  'name, variant',
);
const mergedMasks = rowsAsTexts<MergedMaskColumns>(
  'MergedMask',
  {
    id: 'text',
    abnormalityKind: 'text',
    revision: 'number',
    inputsHash: 'text',
    sha256: 'text',
    uri: 'text',
    sizeBytes: 'bigint',
    rows: 'number',
    columns: 'number',
    maskCount: 'number',
    refusedCount: 'number',
    areaPx: 'bigint',
  },
  '"abnormalityKind"',
);
const preparedViews = rowsAsTexts<PreparedViewColumns>(
  'PreparedView',
  {
    id: 'text',
    abnormalityKind: 'text',
    officialSplit: 'text',
    revision: 'number',
    inputsHash: 'text',
    recipeHash: 'text',
    geometry: 'json',
    imageSha256: 'text',
    imageUri: 'text',
    imageSizeBytes: 'bigint',
    plainSha256: 'text',
    plainUri: 'text',
    plainSizeBytes: 'bigint',
    maskSha256: 'text',
    maskUri: 'text',
    maskSizeBytes: 'bigint',
  },
  '"abnormalityKind"',
);

type ViewWithAll = View & {
  readonly abnormalities: TextRows;
  readonly images: TextRows;
  readonly mergedMasks: TextRows;
  readonly preparedViews: TextRows;
};

/**
 * Views with all that hangs on them, in the order of their keys, in one statement and so in one state.
 * @param views what stands behind FROM, and gives the rows `v` of "View"
 */
export async function readViews(db: Database, views: Prisma.Sql): Promise<readonly ViewRecord[]> {
  const found = takeRows(
    await db.$queryRaw<readonly ViewWithAll[]>`
    SELECT v.id, v."patientCode", v.laterality::text, v.position::text, v."breastDensity", v.revision, ${abnormalities.sql} AS abnormalities,
      ${images.sql} AS images, ${mergedMasks.sql} AS "mergedMasks", ${preparedViews.sql} AS "preparedViews"
    FROM ${views} ORDER BY v."patientCode", v.laterality, v.position`,
  );
  return found.map((row) => {
    const ref = toViewRef(row);
    return {
      id: parseUuid(row.id),
      ref,
      breastDensity: orUndefined(row.breastDensity),
      revision: row.revision,
      abnormalities: abnormalities.read(row.abnormalities).map(toAbnormality),
      images: images.read(row.images).map((image) => toImageOf(ref, image)),
      mergedMasks: mergedMasks.read(row.mergedMasks).map(toMergedMask),
      preparedViews: preparedViews.read(row.preparedViews).map((prepared) => toPreparedViewOf(ref, prepared)),
    };
  });
}
