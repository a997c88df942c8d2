import { lateralities, viewPositions } from '@mammoline/kernel';
import { z } from 'zod';
import type { ViewFilter } from '../catalogue.ts';
import type { ViewColumns } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import { readPage } from '../database/read-page.ts';
import { Prisma } from '../gen/client.ts';
import type { Page, PageRequest, ViewRecord } from '../records.ts';
import { readViews } from './read-views.ts';

const viewKeyColumns = z.object({ patientCode: z.string(), laterality: z.enum(lateralities), position: z.enum(viewPositions) });

interface ViewIdRow extends ViewColumns {
  readonly id: string;
}

/** By patient, laterality, position; run it in a snapshot. */
export async function listViews(db: Database, filter: ViewFilter, page: PageRequest): Promise<Page<ViewRecord>> {
  const { rows, nextPageToken } = await readPage(page, {
    name: 'views',
    key: viewKeyColumns,
    read: (after, limit) => db.$queryRaw<readonly ViewIdRow[]>`
      SELECT v.id, v."patientCode", v.laterality::text, v.position::text FROM "View" v
      WHERE ${Prisma.join([...laterThan(after), ...conditionsOf(filter), Prisma.sql`true`], ' AND ')}
      ORDER BY v."patientCode", v.laterality, v.position LIMIT ${limit}`,
    keyOf: ({ patientCode, laterality, position }) => ({ patientCode, laterality, position }),
  });
  const ids = rows.map((row) => row.id);
  return { rows: ids.length === 0 ? [] : await readViews(db, ids), nextPageToken };
}

function laterThan(after: ViewColumns | undefined): readonly Prisma.Sql[] {
  if (after === undefined) return [];
  return [
    Prisma.sql`(v."patientCode", v.laterality, v.position) > (${after.patientCode}, ${after.laterality}::"Laterality", ${after.position}::"ViewPosition")`,
  ];
}

/** Kind, split and pathology must meet in one abnormality; without a pathology, an image of the kind and split will do (trees without tables). */
function conditionsOf({ kind, split, laterality, position, pathology }: ViewFilter): readonly Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (laterality !== undefined) conditions.push(Prisma.sql`v.laterality = ${laterality}::"Laterality"`);
  if (position !== undefined) conditions.push(Prisma.sql`v.position = ${position}::"ViewPosition"`);
  if (kind === undefined && split === undefined && pathology === undefined) return conditions;

  const splits = split === undefined ? Prisma.sql`true` : Prisma.sql`"officialSplit" = ${split}::"OfficialSplit"`;
  const isOfKind = (column: Prisma.Sql): Prisma.Sql =>
    kind === undefined ? Prisma.sql`true` : Prisma.sql`${column} = ${kind}::"AbnormalityKind"`;
  const hasPathology = pathology === undefined ? Prisma.sql`true` : Prisma.sql`pathology = ${pathology}`;
  const abnormalities = Prisma.sql`EXISTS (SELECT 1 FROM "Abnormality" a WHERE a."viewId" = v.id AND ${isOfKind(Prisma.sql`a.kind`)} AND ${splits} AND ${hasPathology})`;
  const images = Prisma.sql`EXISTS (SELECT 1 FROM "Image" i WHERE i."viewId" = v.id AND ${isOfKind(Prisma.sql`i."abnormalityKind"`)} AND ${splits})`;
  conditions.push(pathology === undefined ? Prisma.sql`(${abnormalities} OR ${images})` : abnormalities);
  return conditions;
}
