import type { AbnormalityKind, OfficialSplit } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { toImage } from '../images/to-image.ts';
import type { ImageRecord, Page, PageRequest } from '../records.ts';
import { pageOfViews } from '../views/page-of-views.ts';

/** Images of a kind and split that no row of the tables names; a FULL has a row where its view has one. By view; a page looks at so many views. */
export async function filesWithoutRows(
  db: Database,
  kind: AbnormalityKind,
  split: OfficialSplit,
  page: PageRequest,
): Promise<Page<ImageRecord>> {
  const { rows: views, nextPageToken } = await pageOfViews(db, 'files-without-rows', page, { kind, split });
  const found = await db.$queryRaw<readonly { id: string }[]>`
    SELECT i.id FROM "Image" i
    WHERE i."viewId" = ANY(${views.map(({ id }) => id)}::uuid[]) AND i."abnormalityKind" = ${kind}::"AbnormalityKind"
      AND i."officialSplit" = ${split}::"OfficialSplit"
      AND NOT EXISTS (
        SELECT 1 FROM "Abnormality" a
        WHERE a."viewId" = i."viewId" AND a.kind = i."abnormalityKind" AND a."inTables" AND (i.kind = 'FULL' OR a.number = i."abnormalityNumber"))`;
  const rows = await db.image.findMany({
    where: { id: { in: found.map(({ id }) => id) } },
    orderBy: [{ name: 'asc' }, { variant: 'asc' }],
    include: { view: true },
  });
  return { rows: rows.map(toImage), nextPageToken };
}
