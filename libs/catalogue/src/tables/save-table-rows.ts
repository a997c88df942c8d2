import { abnormalityKinds, officialSplits, parseUuid, viewKey, type AbnormalityKind, type Uuid, type ViewRef } from '@mammoline/kernel';
import { arrayLiteral } from '../database/array-literal.ts';
import { abnormalityIdOf, viewIdOf } from '../database/ids.ts';
import { plannedEachTime } from '../database/name-statements.ts';
import type { Sql } from '../database/transaction-statements.ts';
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
  readonly rows: readonly TableRow[];
}

/**
 * Writes rows of a description table with their patients, views and cases in a few statements (row by row, thousands take many seconds). All rows
 * of a view belong into one call: others read them together. Of rows with one key the first counts. Where tables differ on a view's density the
 * denser value stays, whichever came first.
 */
export async function saveTableRows(sql: Sql, tableRows: readonly TableRow[]): Promise<readonly ChangedRows[]> {
  const views = groupByView(tableRows);
  const newIds = await insertViews(sql, views);
  const newViews = views.filter(({ viewId }) => newIds.has(viewId));
  const knownViews = views.filter(({ viewId }) => !newIds.has(viewId));
  const revised = new Set(await lockAndRaiseDensities(sql, knownViews));
  await insertCases(sql, views);
  // Nobody else sees a view that is new in this transaction: none of its rows can be there.
  await writeAbnormalities(sql, newViews, '');
  const changed = await writeAbnormalities(sql, knownViews, replaceWhatDiffers);
  const changedViews = knownViews
    .map((of) => ({ ...of, rows: of.rows.filter((row) => changed.has(row)) }))
    .filter(({ rows }) => rows.length > 0);
  const replaced = changedViews.flatMap(({ viewId, rows }) =>
    rows.filter((row) => changed.get(row) === 'replaced').map((row) => ({ viewId, row })),
  );
  if (replaced.length > 0) await deleteEmptyCases(sql, replaced);
  for (const { viewId } of changedViews) revised.add(viewId);
  if (revised.size > 0) await sql('UPDATE "View" SET revision = revision + 1 WHERE id = ANY($1::uuid[])', [arrayLiteral([...revised])]);

  const withImages = revised.size === 0 ? new Set() : await viewsWithImages(sql, [...revised]);
  const pairs = [...newViews, ...changedViews].flatMap(({ viewId, view, rows }) =>
    abnormalityKinds.flatMap((kind) => {
      const ofKind = rows.filter((row) => row.kind === kind);
      return ofKind.length === 0 ? [] : [{ viewId, view, kind, series: ofKind.flatMap(seriesOf) }];
    }),
  );
  const waiting = await seriesOfUnplaced(sql, new Set(pairs.flatMap(({ series }) => series)));
  return pairs.map(({ viewId, view, kind, series }) => ({
    view,
    kind,
    hasFiles: withImages.has(viewId) || series.some((uid) => waiting.has(uid)),
  }));
}

interface ReplacedRow {
  readonly viewId: Uuid;
  readonly row: TableRow;
}

function groupByView(tableRows: readonly TableRow[]): readonly RowsOfView[] {
  const views = new Map<string, RowsOfView & { readonly rows: TableRow[] }>();
  for (const row of tableRows) {
    const key = viewKey(row.view);
    const ofView = views.get(key);
    if (ofView === undefined) views.set(key, { viewId: viewIdOf(row.view), view: row.view, rows: [row] });
    else if (!ofView.rows.some(({ kind, number }) => kind === row.kind && number === row.number)) ofView.rows.push(row);
  }
  return [...views.values()];
}

/** The series that the row's paths name: the folder that the file is in. */
const seriesOf = (row: TableRow): readonly string[] =>
  [row.fullPath, row.cropPath, row.maskPath].flatMap((path) => (path === undefined ? [] : folderOf(path))).filter((uid) => uid !== '');

/** The last folder of a path; empty where it names none. Not by `split`: a table has three paths a row, and lists of their parts took twice the time. */
function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end > 0 ? path.slice(path.lastIndexOf('/', end - 1) + 1, end) : '';
}

const idsOf = (views: readonly RowsOfView[]): string => arrayLiteral(views.map(({ viewId }) => viewId));

/** Patient, laterality, position. */
const columnsOf = (refs: readonly ViewRef[]): readonly string[] => [
  arrayLiteral(refs.map(({ patient }) => patient)),
  arrayLiteral(refs.map(({ laterality }) => laterality)),
  arrayLiteral(refs.map(({ position }) => position)),
];

/** The greatest density that the rows of each view state. */
const densitiesOf = (views: readonly RowsOfView[]): string =>
  arrayLiteral(
    views.map(({ rows }) => {
      const densities = rows.flatMap((row) => row.breastDensity ?? []);
      return densities.length === 0 ? undefined : Math.max(...densities);
    }),
  );

/**
 * Patients and views are inserted and locked in the order of their keys, so that two tables at once wait for each other and never in a circle. Whoever writes what hangs on a view has the view locked.
 * @returns the views that were not there
 */
async function insertViews(sql: Sql, views: readonly RowsOfView[]): Promise<ReadonlySet<unknown>> {
  const refs = views.map(({ view }) => view);
  await sql('INSERT INTO "Patient" (code) SELECT * FROM unnest($1::text[]) ORDER BY 1 ON CONFLICT DO NOTHING', [
    arrayLiteral([...new Set(refs.map(({ patient }) => patient))]),
  ]);
  const inserted = await sql(
    `INSERT INTO "View" (id, "patientCode", laterality, position, "breastDensity", revision)
     SELECT *, 1 FROM unnest($1::uuid[], $2::text[], $3::"Laterality"[], $4::"ViewPosition"[], $5::int[])
     ORDER BY 1
     ON CONFLICT DO NOTHING RETURNING id`,
    [idsOf(views), ...columnsOf(refs), densitiesOf(views)],
  );
  return new Set(inserted.map(([id]) => id));
}

/** @returns the ids of the views whose density is another now */
async function lockAndRaiseDensities(sql: Sql, views: readonly RowsOfView[]): Promise<readonly Uuid[]> {
  if (views.length === 0) return [];
  await sql('SELECT 1 FROM "View" WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [idsOf(views)]);
  const changed = await sql(
    `UPDATE "View" AS v SET "breastDensity" = greatest(v."breastDensity", r."breastDensity")
     FROM unnest($1::uuid[], $2::int[]) AS r(id, "breastDensity")
     WHERE v.id = r.id AND v."breastDensity" IS DISTINCT FROM greatest(v."breastDensity", r."breastDensity")
     RETURNING v.id`,
    [idsOf(views), densitiesOf(views)],
  );
  return changed.map(([id]) => parseUuid(String(id)));
}

async function insertCases(sql: Sql, views: readonly RowsOfView[]): Promise<void> {
  const cases = views.flatMap(({ view, rows }) =>
    rows
      .filter(
        (row, index) => rows.findIndex(({ kind, officialSplit }) => kind === row.kind && officialSplit === row.officialSplit) === index,
      )
      .map(({ kind, officialSplit }) => ({ ...view, kind, officialSplit })),
  );
  await sql(
    `INSERT INTO "Case" (kind, "officialSplit", "patientCode", laterality, position)
     SELECT * FROM unnest($1::"AbnormalityKind"[], $2::"OfficialSplit"[], $3::text[], $4::"Laterality"[], $5::"ViewPosition"[])
     ON CONFLICT DO NOTHING`,
    [arrayLiteral(cases.map(({ kind }) => kind)), arrayLiteral(cases.map(({ officialSplit }) => officialSplit)), ...columnsOf(cases)],
  );
}

/**
 * A row that was of one split may be of the other now: nothing may be left of its case. The keys of such cases are looked up one by one; a condition on the views alone
 * had Postgres read all cases of a large catalogue.
 */
async function deleteEmptyCases(sql: Sql, replaced: readonly ReplacedRow[]): Promise<void> {
  const former = replaced.flatMap(({ viewId, row: { view, kind, officialSplit } }) =>
    officialSplits.filter((split) => split !== officialSplit).map((split) => ({ ...view, viewId, kind, split })),
  );
  await sql(
    `DELETE FROM "Case" c
     USING unnest($1::uuid[], $2::"AbnormalityKind"[], $3::"OfficialSplit"[], $4::text[], $5::"Laterality"[], $6::"ViewPosition"[])
       AS former("viewId", kind, "officialSplit", "patientCode", laterality, position)
     WHERE (c.kind, c."officialSplit", c."patientCode", c.laterality, c.position)
         = (former.kind, former."officialSplit", former."patientCode", former.laterality, former.position)
       AND NOT EXISTS (SELECT 1 FROM "Abnormality" a WHERE a."viewId" = former."viewId" AND a.kind = c.kind AND a."officialSplit" = c."officialSplit")
       AND NOT EXISTS (SELECT 1 FROM "Image" i WHERE i."viewId" = former."viewId" AND i."abnormalityKind" = c.kind AND i."officialSplit" = c."officialSplit")`,
    [
      arrayLiteral(former.map(({ viewId }) => viewId)),
      arrayLiteral(former.map(({ kind }) => kind)),
      arrayLiteral(former.map(({ split }) => split)),
      ...columnsOf(former),
    ],
  );
}

/** Gives the id of each row that is new or different now, and whether it is new. */
const replaceWhatDiffers = `
  ON CONFLICT ("viewId", kind, number) DO UPDATE SET "officialSplit" = excluded."officialSplit", pathology = excluded.pathology,
    assessment = excluded.assessment, subtlety = excluded.subtlety, attributes = excluded.attributes, "inTables" = true,
    "fullPath" = excluded."fullPath", "cropPath" = excluded."cropPath", "maskPath" = excluded."maskPath"
  WHERE (old."officialSplit", old.pathology, old.assessment, old.subtlety, old.attributes, old."inTables",
      old."fullPath", old."cropPath", old."maskPath")
    IS DISTINCT FROM (excluded."officialSplit", excluded.pathology, excluded.assessment, excluded.subtlety, excluded.attributes, true,
      excluded."fullPath", excluded."cropPath", excluded."maskPath")
  RETURNING old.id, (old.xmax = 0) AS "isNew"`;

/**
 * @param onConflict what becomes of rows that are there already, and what is told, in SQL
 * @returns what became of the rows of which something is told
 */
async function writeAbnormalities(
  sql: Sql,
  views: readonly RowsOfView[],
  onConflict: string,
): Promise<ReadonlyMap<TableRow, 'new' | 'replaced'>> {
  if (views.length === 0) return new Map();
  const entries = views.flatMap(({ viewId, rows }) =>
    rows.map((row) => ({ id: abnormalityIdOf(row.view, row.kind, row.number), viewId, row })),
  );
  const column = (valueOf: (row: TableRow) => string | number | undefined): string => arrayLiteral(entries.map(({ row }) => valueOf(row)));
  const told = await sql(
    `INSERT INTO "Abnormality" AS old (id, "viewId", "patientCode", laterality, position, kind, number, "officialSplit", pathology, assessment,
       subtlety, "fullPath", "cropPath", "maskPath", attributes, "inTables")
     SELECT *, true FROM ROWS FROM (
       unnest($1::uuid[], $2::uuid[], $3::text[], $4::"Laterality"[], $5::"ViewPosition"[], $6::"AbnormalityKind"[], $7::int[], $8::"OfficialSplit"[],
         $9::text[], $10::int[], $11::int[], $12::text[], $13::text[], $14::text[]),
       jsonb_array_elements($15::jsonb)
     ) ${onConflict}`,
    [
      arrayLiteral(entries.map(({ id }) => id)),
      arrayLiteral(entries.map(({ viewId }) => viewId)),
      ...columnsOf(entries.map(({ row }) => row.view)),
      column(({ kind }) => kind),
      column(({ number }) => number),
      column(({ officialSplit }) => officialSplit),
      column(({ pathology }) => pathology),
      column(({ assessment }) => assessment),
      column(({ subtlety }) => subtlety),
      column(({ fullPath }) => fullPath),
      column(({ cropPath }) => cropPath),
      column(({ maskPath }) => maskPath),
      // JSON in a list of texts would be quoted twice.
      JSON.stringify(entries.map(({ row }) => row.attributes)),
    ],
  );
  if (told.length === 0) return new Map();
  const isNew = new Map(told.map(([id, inserted]) => [id, inserted === true]));
  return new Map(entries.flatMap(({ id, row }) => (isNew.has(id) ? [[row, isNew.get(id) === true ? 'new' : 'replaced']] : [])));
}

async function viewsWithImages(sql: Sql, viewIds: readonly Uuid[]): Promise<ReadonlySet<unknown>> {
  const found = await sql('SELECT v.id FROM unnest($1::uuid[]) AS v(id) WHERE EXISTS (SELECT 1 FROM "Image" i WHERE i."viewId" = v.id)', [
    arrayLiteral(viewIds),
  ]);
  return new Set(found.map(([id]) => id));
}

/** Images without a place have no view either, which an index tells: better than a look-up for each of ten thousand series, where they are few. */
async function seriesOfUnplaced(sql: Sql, series: ReadonlySet<string>): Promise<ReadonlySet<unknown>> {
  const found = await sql(
    `${plannedEachTime} SELECT DISTINCT "seriesInstanceUid" FROM "Image"
     WHERE "seriesInstanceUid" = ANY($1::text[]) AND kind = 'UNKNOWN' AND "viewId" IS NULL`,
    [arrayLiteral([...series])],
  );
  return new Set(found.map(([uid]) => uid));
}
