import { viewKey, type AbnormalityKind, type ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { abnormalityIdOf, viewIdOf } from '../database/ids.ts';
import type { TableRow } from '../records.ts';

/** A view and kind whose table rows are new or different. */
export interface ChangedRows {
  readonly view: ViewRef;
  readonly kind: AbnormalityKind;
  /** The view has an image, or one that has no place yet is of a series which the rows' paths name. */
  readonly hasFiles: boolean;
}

/**
 * Writes rows of a description table with their patients, views and cases in a few statements (row by row, thousands take many seconds). All rows
 * of a view belong into one call: others read them together. Of rows with one key the first counts. Where tables differ on a view's density the
 * denser value stays, whichever came first.
 */
export async function saveTableRows(db: Database, tableRows: readonly TableRow[]): Promise<readonly ChangedRows[]> {
  const rows = firstOfEachKey(tableRows);
  const views = JSON.stringify(viewsOf([...rows.values()]));
  await insertViews(db, views);
  await insertCases(db, [...rows.values()]);
  const changed = await upsertAbnormalities(db, JSON.stringify([...rows].map(([id, row]) => toColumns(id, row))));
  const changedViews = new Set(await raiseDensities(db, views));

  const pairs = new Map<string, { readonly viewId: string; readonly rows: TableRow[] }>();
  for (const { id } of changed) {
    const row = rows.get(id);
    if (row === undefined) continue;
    const viewId = viewIdOf(row.view);
    changedViews.add(viewId);
    const key = `${viewKey(row.view)} ${row.kind}`;
    const pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, { viewId, rows: [row] });
    else pair.rows.push(row);
  }
  const replacedViews = new Set(changed.flatMap(({ id, isNew }) => (isNew ? [] : viewIdOfRow(rows.get(id)))));
  if (replacedViews.size > 0) await deleteEmptyCases(db, [...replacedViews]);
  await db.$executeRaw`UPDATE "View" SET revision = revision + 1 WHERE id = ANY(${[...changedViews]}::uuid[])`;

  const withImages = await viewsWithImages(db, [...new Set([...pairs.values()].map(({ viewId }) => viewId))]);
  const waiting = await seriesOfUnplaced(db, [...new Set([...pairs.values()].flatMap((pair) => pair.rows.flatMap(seriesOf)))]);
  return [...pairs.values()].flatMap(({ viewId, rows: [first, ...others] }) => {
    if (first === undefined) return [];
    const hasFiles = withImages.has(viewId) || [first, ...others].some((row) => seriesOf(row).some((uid) => waiting.has(uid)));
    return [{ view: first.view, kind: first.kind, hasFiles }];
  });
}

function firstOfEachKey(rows: readonly TableRow[]): ReadonlyMap<string, TableRow> {
  const byId = new Map<string, TableRow>();
  for (const row of rows) {
    const id = abnormalityIdOf(row.view, row.kind, row.number);
    if (!byId.has(id)) byId.set(id, row);
  }
  return byId;
}

const viewIdOfRow = (row: TableRow | undefined): readonly string[] => (row === undefined ? [] : [viewIdOf(row.view)]);

/** The series that the row's paths name: the folder that the file is in. */
const seriesOf = (row: TableRow): readonly string[] =>
  [row.fullPath, row.cropPath, row.maskPath].flatMap((path) => path?.split('/').at(-2) ?? []).filter((uid) => uid !== '');

function toColumns(id: string, { view, ...columns }: TableRow): Readonly<Record<string, unknown>> {
  const { patient, laterality, position } = view;
  return { id, viewId: viewIdOf(view), patientCode: patient, laterality, position, ...columns };
}

/** Each view once, with the greatest density that its rows state. */
function viewsOf(rows: readonly TableRow[]): readonly Readonly<Record<string, unknown>>[] {
  return [...Map.groupBy(rows, (row) => viewIdOf(row.view))].flatMap(([viewId, [first, ...others]]) => {
    if (first === undefined) return [];
    const densities = [first, ...others].map((row) => row.breastDensity).filter((density) => density !== undefined);
    const { patient, laterality, position } = first.view;
    return [{ viewId, patientCode: patient, laterality, position, breastDensity: densities.length === 0 ? null : Math.max(...densities) }];
  });
}

/** Rows are inserted and locked in the order of their keys, so that two tables at once wait for each other and never in a circle. */
async function insertViews(db: Database, json: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Patient" (code)
    SELECT DISTINCT "patientCode" FROM jsonb_to_recordset(${json}::jsonb) AS r("patientCode" text) ORDER BY 1
    ON CONFLICT DO NOTHING`;
  await db.$executeRaw`
    INSERT INTO "View" (id, "patientCode", laterality, position)
    SELECT "viewId", "patientCode", laterality, position
    FROM jsonb_to_recordset(${json}::jsonb) AS r("viewId" uuid, "patientCode" text, laterality "Laterality", position "ViewPosition")
    ORDER BY 1
    ON CONFLICT DO NOTHING`;
  await db.$executeRaw`
    SELECT 1 FROM "View"
    WHERE id IN (SELECT "viewId" FROM jsonb_to_recordset(${json}::jsonb) AS r("viewId" uuid))
    ORDER BY id FOR UPDATE`;
}

async function insertCases(db: Database, rows: readonly TableRow[]): Promise<void> {
  const cases = new Map(
    rows.map(({ view, kind, officialSplit }) => {
      const { patient, laterality, position } = view;
      return [`${kind} ${officialSplit} ${viewKey(view)}`, { kind, officialSplit, patientCode: patient, laterality, position }];
    }),
  );
  await db.$executeRaw`
    INSERT INTO "Case" (kind, "officialSplit", "patientCode", laterality, position)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify([...cases.values()])}::jsonb)
      AS r(kind "AbnormalityKind", "officialSplit" "OfficialSplit", "patientCode" text, laterality "Laterality", position "ViewPosition")
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT DO NOTHING`;
}

/** A row that was of one split may be of the other now: nothing may be left of its case. */
async function deleteEmptyCases(db: Database, viewIds: readonly string[]): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "Case" c USING "View" v
    WHERE v.id = ANY(${viewIds}::uuid[]) AND (c."patientCode", c.laterality, c.position) = (v."patientCode", v.laterality, v.position)
      AND c.kind = ANY(enum_range(NULL::"AbnormalityKind")) AND c."officialSplit" = ANY(enum_range(NULL::"OfficialSplit"))
      AND NOT EXISTS (SELECT 1 FROM "Abnormality" a WHERE a."viewId" = v.id AND a.kind = c.kind AND a."officialSplit" = c."officialSplit")
      AND NOT EXISTS (SELECT 1 FROM "Image" i WHERE i."viewId" = v.id AND i."abnormalityKind" = c.kind AND i."officialSplit" = c."officialSplit")`;
}

interface ChangedAbnormality {
  readonly id: string;
  readonly isNew: boolean;
}

/** @returns the rows that are new or different now */
async function upsertAbnormalities(db: Database, json: string): Promise<readonly ChangedAbnormality[]> {
  return await db.$queryRaw<readonly ChangedAbnormality[]>`
    INSERT INTO "Abnormality" AS old (id, "viewId", "patientCode", laterality, position, kind, number, "officialSplit", pathology, assessment,
      subtlety, attributes, "inTables", "fullPath", "cropPath", "maskPath")
    SELECT id, "viewId", "patientCode", laterality, position, kind, number, "officialSplit", pathology, assessment, subtlety, attributes, true,
      "fullPath", "cropPath", "maskPath"
    FROM json_to_recordset(${json}::json) AS r(id uuid, "viewId" uuid, "patientCode" text, laterality "Laterality", position "ViewPosition",
      kind "AbnormalityKind", number int, "officialSplit" "OfficialSplit", pathology text, assessment int, subtlety int, attributes jsonb,
      "fullPath" text, "cropPath" text, "maskPath" text)
    ORDER BY id
    ON CONFLICT ("viewId", kind, number) DO UPDATE SET "officialSplit" = excluded."officialSplit", pathology = excluded.pathology,
      assessment = excluded.assessment, subtlety = excluded.subtlety, attributes = excluded.attributes, "inTables" = true,
      "fullPath" = excluded."fullPath", "cropPath" = excluded."cropPath", "maskPath" = excluded."maskPath"
    WHERE (old."officialSplit", old.pathology, old.assessment, old.subtlety, old.attributes, old."inTables",
        old."fullPath", old."cropPath", old."maskPath")
      IS DISTINCT FROM (excluded."officialSplit", excluded.pathology, excluded.assessment, excluded.subtlety, excluded.attributes, true,
        excluded."fullPath", excluded."cropPath", excluded."maskPath")
    RETURNING old.id, (old.xmax = 0) AS "isNew"`;
}

/** @returns the ids of the views whose density is another now */
async function raiseDensities(db: Database, json: string): Promise<readonly string[]> {
  const changed = await db.$queryRaw<readonly { id: string }[]>`
    UPDATE "View" AS v SET "breastDensity" = greatest(v."breastDensity", r."breastDensity")
    FROM jsonb_to_recordset(${json}::jsonb) AS r("viewId" uuid, "breastDensity" int)
    WHERE v.id = r."viewId" AND v."breastDensity" IS DISTINCT FROM greatest(v."breastDensity", r."breastDensity")
    RETURNING v.id`;
  return changed.map((row) => row.id);
}

async function viewsWithImages(db: Database, viewIds: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await db.$queryRaw<readonly { id: string }[]>`
    SELECT v.id FROM unnest(${viewIds}::uuid[]) AS v(id) WHERE EXISTS (SELECT 1 FROM "Image" i WHERE i."viewId" = v.id)`;
  return new Set(found.map(({ id }) => id));
}

async function seriesOfUnplaced(db: Database, series: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await db.$queryRaw<readonly { uid: string }[]>`
    SELECT DISTINCT "seriesInstanceUid" AS uid FROM "Image" WHERE "seriesInstanceUid" = ANY(${series}::text[]) AND kind = 'UNKNOWN'`;
  return new Set(found.map(({ uid }) => uid));
}
