import { viewKey, type AbnormalityKind, type Uuid, type ViewRef } from '@mammoline/kernel';
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

/** What a table says of a view. */
interface RowsOfView {
  readonly viewId: Uuid;
  readonly view: ViewRef;
  readonly rows: Map<Uuid, TableRow>;
}

/**
 * Writes rows of a description table with their patients, views and cases in a few statements (row by row, thousands take many seconds). All rows
 * of a view belong into one call: others read them together. Of rows with one key the first counts. Where tables differ on a view's density the
 * denser value stays, whichever came first.
 */
export async function saveTableRows(db: Database, tableRows: readonly TableRow[]): Promise<readonly ChangedRows[]> {
  const views = groupByView(tableRows);
  const newViews = await insertViews(db, views);
  const knownViews = views.filter(({ viewId }) => !newViews.has(viewId));
  const changedViews = new Set(knownViews.length === 0 ? [] : await lockAndRaiseDensities(db, knownViews));
  await insertCases(db, tableRows);
  const changed = new Map((await upsertAbnormalities(db, views)).map(({ id, isNew }) => [id, isNew]));

  const pairs = views.flatMap(({ viewId, view, rows }) => {
    const changedRows = [...rows].flatMap(([id, row]) => (changed.has(id) ? [row] : []));
    if (changedRows.length > 0) changedViews.add(viewId);
    return [...Map.groupBy(changedRows, (row) => row.kind)].map(([kind, ofKind]) => ({ viewId, view, kind, rows: ofKind }));
  });
  const replaced = views.filter(({ rows }) => [...rows.keys()].some((id) => changed.get(id) === false)).map(({ viewId }) => viewId);
  if (replaced.length > 0) await deleteEmptyCases(db, replaced);
  const revised = [...changedViews].filter((viewId) => !newViews.has(viewId));
  if (revised.length > 0) await db.$executeRaw`UPDATE "View" SET revision = revision + 1 WHERE id = ANY(${revised}::uuid[])`;

  const withImages = revised.length === 0 ? new Set<string>() : await viewsWithImages(db, revised);
  const waiting = await seriesOfUnplaced(db, [...new Set(pairs.flatMap((pair) => pair.rows.flatMap(seriesOf)))]);
  return pairs.map(({ viewId, view, kind, rows }) => ({
    view,
    kind,
    hasFiles: withImages.has(viewId) || rows.some((row) => seriesOf(row).some((uid) => waiting.has(uid))),
  }));
}

function groupByView(tableRows: readonly TableRow[]): readonly RowsOfView[] {
  return [...Map.groupBy(tableRows, (row) => viewKey(row.view)).values()].flatMap((ofView) => {
    const view = ofView[0]?.view;
    if (view === undefined) return [];
    const rows = new Map<Uuid, TableRow>();
    for (const row of ofView) {
      const id = abnormalityIdOf(view, row.kind, row.number);
      if (!rows.has(id)) rows.set(id, row);
    }
    return [{ viewId: viewIdOf(view), view, rows }];
  });
}

/** The series that the row's paths name: the folder that the file is in. */
const seriesOf = (row: TableRow): readonly string[] =>
  [row.fullPath, row.cropPath, row.maskPath].flatMap((path) => path?.split('/').at(-2) ?? []).filter((uid) => uid !== '');

/** With the greatest density that the view's rows state. */
function toViewColumns({ viewId, view, rows }: RowsOfView): Readonly<Record<string, unknown>> {
  const { patient, laterality, position } = view;
  const densities = [...rows.values()].flatMap((row) => row.breastDensity ?? []);
  return { id: viewId, patientCode: patient, laterality, position, breastDensity: densities.length === 0 ? null : Math.max(...densities) };
}

/**
 * Rows are inserted and locked in the order of their keys, so that two tables at once wait for each other and never in a circle.
 * @returns the views that were not there
 */
async function insertViews(db: Database, views: readonly RowsOfView[]): Promise<ReadonlySet<string>> {
  const patients = [...new Set(views.map(({ view }) => view.patient))];
  await db.$executeRaw`INSERT INTO "Patient" (code) SELECT code FROM unnest(${patients}::text[]) AS r(code) ORDER BY 1 ON CONFLICT DO NOTHING`;
  const inserted = await db.$queryRaw<readonly { id: string }[]>`
    INSERT INTO "View" (id, "patientCode", laterality, position, "breastDensity", revision)
    SELECT id, "patientCode", laterality, position, "breastDensity", 1 FROM json_to_recordset(${JSON.stringify(views.map(toViewColumns))}::json)
      AS r(id uuid, "patientCode" text, laterality "Laterality", position "ViewPosition", "breastDensity" int)
    ORDER BY 1
    ON CONFLICT DO NOTHING RETURNING id`;
  return new Set(inserted.map(({ id }) => id));
}

/** @returns the ids of the views whose density is another now */
async function lockAndRaiseDensities(db: Database, views: readonly RowsOfView[]): Promise<readonly string[]> {
  await db.$executeRaw`SELECT 1 FROM "View" WHERE id = ANY(${views.map(({ viewId }) => viewId)}::uuid[]) ORDER BY id FOR UPDATE`;
  const changed = await db.$queryRaw<readonly { id: string }[]>`
    UPDATE "View" AS v SET "breastDensity" = greatest(v."breastDensity", r."breastDensity")
    FROM json_to_recordset(${JSON.stringify(views.map(toViewColumns))}::json) AS r(id uuid, "breastDensity" int)
    WHERE v.id = r.id AND v."breastDensity" IS DISTINCT FROM greatest(v."breastDensity", r."breastDensity")
    RETURNING v.id`;
  return changed.map((row) => row.id);
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
  readonly id: Uuid;
  readonly isNew: boolean;
}

/** @returns the rows that are new or different now */
async function upsertAbnormalities(db: Database, views: readonly RowsOfView[]): Promise<readonly ChangedAbnormality[]> {
  const json = JSON.stringify(
    views.flatMap(({ viewId, view, rows }) =>
      [...rows].map(([id, { view: _, breastDensity: __, ...columns }]) => {
        const { patient, laterality, position } = view;
        return { id, viewId, patientCode: patient, laterality, position, ...columns };
      }),
    ),
  );
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
