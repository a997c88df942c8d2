import type { Database } from '../database/connect.ts';
import type { CatalogueCounts } from '../records.ts';

/** Counted one by one, each over an index: of millions of rows all in one statement would not be done within its time limit. */
export async function counts(db: Database): Promise<CatalogueCounts> {
  const count = async (rows: Promise<readonly { readonly count: number }[]>): Promise<number> => (await rows)[0]?.count ?? 0;
  const images = async (): Promise<ReadonlyMap<string, number>> => {
    const kinds = await db.$queryRaw<readonly { kind: string; count: number }[]>`
      SELECT kind::text, count(*)::int AS count FROM "Image" GROUP BY kind`;
    return new Map(kinds.map((row) => [row.kind, row.count]));
  };
  const [patients, views, abnormalities, several, mergedMasks, preparedViews, predictions, byKind] = await Promise.all([
    db.patient.count(),
    db.view.count(),
    db.abnormality.count(),
    // In the order of the index: nothing is sorted or kept.
    count(db.$queryRaw`
      SELECT count(*)::int AS count FROM (
        SELECT FROM (SELECT "viewId" FROM "Abnormality" GROUP BY "viewId", kind HAVING count(*) > 1) AS several GROUP BY "viewId"
      ) AS views`),
    db.mergedMask.count(),
    db.preparedView.count(),
    db.prediction.count(),
    images(),
  ]);
  const ofKind = (kind: string): number => byKind.get(kind) ?? 0;
  const ofImages = { full: ofKind('FULL'), crop: ofKind('CROP'), mask: ofKind('MASK'), unknown: ofKind('UNKNOWN') };
  return { patients, views, abnormalities, ...ofImages, multiAbnormalityViews: several, mergedMasks, preparedViews, predictions };
}
