import { abnormalityKinds, lateralities, officialSplits, viewPositions, type AbnormalityKind, type OfficialSplit } from '@mammoline/kernel';
import { z } from 'zod';
import type { ViewFilter } from '../catalogue.ts';
import { toViewRef, type ViewColumns } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import { mapPage, readPage } from '../database/read-page.ts';
import { Prisma } from '../gen/client.ts';
import type { Page, PageRequest } from '../records.ts';

export const viewKeyColumns = z.object({ patientCode: z.string(), laterality: z.enum(lateralities), position: z.enum(viewPositions) });
const order = Prisma.sql`"patientCode", laterality, position`;

/**
 * The keys of the views that a filter leaves after one of them, by patient, laterality, position. Kind, split and pathology must meet in one abnormality;
 * without a pathology, an image of the kind and split will do (trees without tables).
 *
 * Each kind and split is read from an index that has the views in order, as far as the page goes, and these few lists are merged: a page takes the
 * same time wherever it is and however rare what is asked for. The limit stands in the text, since Postgres must know that it is small when it chooses a
 * plan for all times.
 */
export function keysOfViews(filter: ViewFilter, after: ViewColumns | undefined, limit: number): Prisma.Sql {
  const first = Prisma.raw(`LIMIT ${String(limit)}`);
  return Prisma.sql`
    SELECT ${order} FROM (${Prisma.join(streams(filter, [...laterThan(after), ...conditionsOf(filter)], first), ' UNION ')}) AS merged
    ORDER BY ${order} ${first}`;
}

/** A page of the views that a filter leaves: their keys and ids. */
export async function pageOfViews(
  db: Database,
  listName: string,
  page: PageRequest,
  filter: ViewFilter = {},
): Promise<Page<ViewColumns & { readonly id: string }>> {
  const found = await readPage(page, {
    name: listName,
    key: viewKeyColumns,
    read: (after, limit) => db.$queryRaw<readonly ViewColumns[]>`
      SELECT "patientCode", laterality::text, position::text FROM (${keysOfViews(filter, after, limit)}) AS page
      ORDER BY "patientCode", page.laterality, page.position`,
    keyOf: ({ patientCode, laterality, position }) => ({ patientCode, laterality, position }),
  });
  return mapPage(found, (row) => ({ ...row, id: viewIdOf(toViewRef(row)) }));
}

/** Lists in order that hold the page between them. */
function streams({ kind, split, pathology }: ViewFilter, conditions: readonly Prisma.Sql[], first: Prisma.Sql): Prisma.Sql[] {
  const stream = (table: Prisma.Sql, more: readonly Prisma.Sql[]): Prisma.Sql => Prisma.sql`(
    SELECT DISTINCT ${order} FROM ${table} WHERE ${Prisma.join([...more, ...conditions, Prisma.sql`true`], ' AND ')} ORDER BY ${order} ${first})`;
  if (kind === undefined && split === undefined && pathology === undefined) return [stream(Prisma.sql`"View"`, [])];
  const table = pathology === undefined ? Prisma.sql`"Case"` : Prisma.sql`"Abnormality"`;
  return casesOf(kind, split).map(([ofKind, ofSplit]) =>
    stream(table, [
      Prisma.sql`kind = ${ofKind}::"AbnormalityKind"`,
      Prisma.sql`"officialSplit" = ${ofSplit}::"OfficialSplit"`,
      ...(pathology === undefined ? [] : [Prisma.sql`pathology = ${pathology}`]),
    ]),
  );
}

function casesOf(
  kind: AbnormalityKind | undefined,
  split: OfficialSplit | undefined,
): readonly (readonly [AbnormalityKind, OfficialSplit])[] {
  const splits = split === undefined ? officialSplits : [split];
  return (kind === undefined ? abnormalityKinds : [kind]).flatMap((ofKind) => splits.map((ofSplit) => [ofKind, ofSplit] as const));
}

function laterThan(after: ViewColumns | undefined): readonly Prisma.Sql[] {
  if (after === undefined) return [];
  return [Prisma.sql`(${order}) > (${after.patientCode}, ${after.laterality}::"Laterality", ${after.position}::"ViewPosition")`];
}

function conditionsOf({ laterality, position, patients }: ViewFilter): readonly Prisma.Sql[] {
  return [
    ...(laterality === undefined ? [] : [Prisma.sql`laterality = ${laterality}::"Laterality"`]),
    ...(position === undefined ? [] : [Prisma.sql`position = ${position}::"ViewPosition"`]),
    ...(patients === undefined ? [] : [Prisma.sql`"patientCode" = ANY(${[...patients]}::text[])`]),
  ];
}
