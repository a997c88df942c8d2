import type { Database } from '../database/connect.ts';
import type { ImageRecord } from '../records.ts';
import { toImage } from './to-image.ts';

/** By source path. */
export async function imagesOfSeries(db: Database, seriesInstanceUid: string): Promise<readonly ImageRecord[]> {
  const rows = await db.image.findMany({
    where: { seriesInstanceUid },
    orderBy: [{ sourcePath: 'asc' }, { id: 'asc' }],
    include: { view: true },
  });
  return rows.map(toImage);
}
