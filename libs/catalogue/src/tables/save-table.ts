import { viewKey, type AbnormalityKind, type Sha256, type ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { abnormalityIdOf, viewIdOf } from '../database/ids.ts';
import type { TableRow } from '../records.ts';

interface Table {
  readonly sha256: Sha256;
  readonly fileName: string;
  readonly rows: readonly TableRow[];
  readonly problems: readonly string[];
}

/**
 * Writes a description table with its patients and views in a few statements, whatever its length (row by row, thousands of rows take many
 * seconds). Of rows with one key the first counts. Where tables differ on a view's density the denser value stays, whichever came first.
 *
 * @returns the (view, kind) pairs whose abnormalities changed; none for a table that was taken before
 */
export async function saveTable(
  db: Database,
  table: Table,
): Promise<readonly { readonly view: ViewRef; readonly kind: AbnormalityKind }[]> {
  const { count } = await db.importedTable.createMany({
    data: [{ sha256: table.sha256, fileName: table.fileName, rows: table.rows.length, problems: [...table.problems] }],
    skipDuplicates: true,
  });
  if (count === 0) return [];

  const rows = firstOfEachKey(table.rows);
  const views = JSON.stringify(viewsOf([...rows.values()]));
  await insertViews(db, views);
  const changedRows = await upsertAbnormalities(db, JSON.stringify([...rows].map(([id, row]) => toColumns(id, row))));
  const changedDensities = await raiseDensities(db, views);

  const pairs = new Map<string, { view: ViewRef; kind: AbnormalityKind }>();
  const changedViews = new Set(changedDensities);
  for (const id of changedRows) {
    const row = rows.get(id);
    if (row === undefined) continue;
    pairs.set(`${viewKey(row.view)} ${row.kind}`, { view: row.view, kind: row.kind });
    changedViews.add(viewIdOf(row.view));
  }
  await db.view.updateMany({ where: { id: { in: [...changedViews] } }, data: { revision: { increment: 1 } } });
  return [...pairs.values()];
}

function firstOfEachKey(rows: readonly TableRow[]): ReadonlyMap<string, TableRow> {
  const byId = new Map<string, TableRow>();
  for (const row of rows) {
    const id = abnormalityIdOf(row.view, row.kind, row.number);
    if (!byId.has(id)) byId.set(id, row);
  }
  return byId;
}

function toColumns(id: string, { view, ...columns }: TableRow): Readonly<Record<string, unknown>> {
  return { id, viewId: viewIdOf(view), ...columns };
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
  await db.$queryRaw`
    SELECT 1 FROM "View"
    WHERE id IN (SELECT "viewId" FROM jsonb_to_recordset(${json}::jsonb) AS r("viewId" uuid))
    ORDER BY id FOR UPDATE`;
}

/** @returns the ids of the rows that are new or different now */
async function upsertAbnormalities(db: Database, json: string): Promise<readonly string[]> {
  const changed = await db.$queryRaw<readonly { id: string }[]>`
    INSERT INTO "Abnormality" AS old (id, "viewId", kind, number, "officialSplit", pathology, assessment, subtlety, attributes, "inTables",
      "fullPath", "cropPath", "maskPath")
    SELECT id, "viewId", kind, number, "officialSplit", pathology, assessment, subtlety, attributes, true, "fullPath", "cropPath", "maskPath"
    FROM jsonb_to_recordset(${json}::jsonb) AS r(id uuid, "viewId" uuid, kind "AbnormalityKind", number int, "officialSplit" "OfficialSplit",
      pathology text, assessment int, subtlety int, attributes jsonb, "fullPath" text, "cropPath" text, "maskPath" text)
    ORDER BY id
    ON CONFLICT ("viewId", kind, number) DO UPDATE SET "officialSplit" = excluded."officialSplit", pathology = excluded.pathology,
      assessment = excluded.assessment, subtlety = excluded.subtlety, attributes = excluded.attributes, "inTables" = true,
      "fullPath" = excluded."fullPath", "cropPath" = excluded."cropPath", "maskPath" = excluded."maskPath"
    WHERE (old."officialSplit", old.pathology, old.assessment, old.subtlety, old.attributes, old."inTables",
        old."fullPath", old."cropPath", old."maskPath")
      IS DISTINCT FROM (excluded."officialSplit", excluded.pathology, excluded.assessment, excluded.subtlety, excluded.attributes, true,
        excluded."fullPath", excluded."cropPath", excluded."maskPath")
    RETURNING old.id`;
  return changed.map((row) => row.id);
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
