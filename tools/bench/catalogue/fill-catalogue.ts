import type pg from 'pg';

/** Statements are SQL over `bench.view`, which names and numbers the views; the ids are those that the catalogue itself derives. */
export interface CatalogueSize {
  readonly views: number;
}

interface Step {
  readonly name: string;
  readonly sql: string;
}

/**
 * Fills a migrated, empty catalogue with made-up rows that are as large and as spread as real ones: four views a patient, three abnormalities and
 * seven images a view, one fifth of the patients in the test split, a rare pathology, models with many, few and no predictions.
 * Constraints and indexes are dropped before and made after it. Tables are emptied in the transaction that fills them: with the least WAL level nothing of
 * that is logged.
 * @param clients two, for two tables are filled at once
 */
export async function fillCatalogue(
  clients: readonly [pg.Client, ...pg.Client[]],
  { views }: CatalogueSize,
  say: (line: string) => void,
): Promise<void> {
  const [client] = clients;
  const seconds = async (on: pg.Client, name: string, sql: string): Promise<void> => {
    const startedMs = performance.now();
    await on.query(sql);
    say(`  ${name.padEnd(22)} ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  };
  for (const each of clients) await each.query("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'");
  const parts = await schemaParts(client);
  for (const { drop } of parts.toReversed()) await client.query(drop);
  await client.query(functions);
  for (const { name, sql } of names(views)) await seconds(client, name, sql);
  const tables = rowsOf(views).values();
  await Promise.all(
    clients.map(async (each) => {
      for (const { name, sql } of tables) await seconds(each, name, `TRUNCATE ${tablesIn(sql)}; ${sql}`);
    }),
  );
  await client.query('DROP TABLE bench.view, bench.finding, bench.image');
  for (const { name, create } of parts) await seconds(client, name, create);
  await seconds(client, 'vacuum', 'VACUUM (ANALYZE)');
  await client.query('CREATE TABLE bench.filled (views int)');
  await client.query('INSERT INTO bench.filled VALUES ($1)', [views]);
}

const tablesIn = (sql: string): string => [...new Set(sql.match(/(?<=INSERT INTO )"\w+"/g))].join(', ');

/** Keys, then other indexes, then foreign keys: in the order in which they can be made. */
async function schemaParts(
  client: pg.Client,
): Promise<readonly { readonly name: string; readonly drop: string; readonly create: string }[]> {
  const { rows } = await client.query<{ name: string; drop: string; create: string }>(
    `SELECT name, drop, "create" FROM (
       SELECT conname AS name, CASE contype WHEN 'f' THEN 3 ELSE 1 END AS place,
         format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS "create"
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')
       UNION ALL
       SELECT indexname, 2, format('DROP INDEX %I', indexname), indexdef FROM pg_indexes
       WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)
     ) AS parts WHERE name NOT LIKE '\\_%' ORDER BY place, name`,
  );
  return rows;
}

/** Undefined where the catalogue was not filled, or not to its end. */
export async function filledViews(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('bench.filled') IS NOT NULL AS there");
  if (rows[0]?.there !== true) return undefined;
  return (await client.query<{ views: number }>('SELECT views FROM bench.filled')).rows[0]?.views;
}

/** `bench.id(bench.part('view') || bench.part(key))` is deriveUuid('view', key). */
const functions = `
  CREATE SCHEMA bench;
  CREATE FUNCTION bench.part(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT length($1) || ':' || $1 || ';' $$;
  CREATE FUNCTION bench.hex(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex') $$;
  CREATE FUNCTION bench.id(text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(set_byte(set_byte(h, 6, get_byte(h, 6) & 15 | 128), 8, get_byte(h, 8) & 63 | 128), 'hex')::uuid
    FROM (SELECT substring(sha256(convert_to($1, 'UTF8')) FOR 16) AS h) AS hashed $$;
  CREATE FUNCTION bench.uid(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '1.3.6.1.4.1.9590.100.1.2.' || lpad((hashtextextended($1, 1) & 9223372036854775807)::text, 19, '1')
      || lpad((hashtextextended($1, 2) & 4294967295)::text, 10, '2') $$;
  CREATE FUNCTION bench.draw(text, int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((hashtextextended($1, 7) & 9223372036854775807) % $2)::int $$;`;

const modelId = (number: string): string => `bench.id(bench.part('model') || bench.part(${number}))`;
const runId = (number: string): string => `bench.id(bench.part('run') || bench.part(${number}))`;

/** What the rows are made from. */
function names(views: number): readonly Step[] {
  return [
    {
      name: 'names',
      sql: `CREATE UNLOGGED TABLE bench.view AS
        SELECT n, patient, laterality, position, kind, split, patient || '_' || laterality || '_' || position AS key,
          bench.id(bench.part('view') || bench.part(patient || '_' || laterality || '_' || position)) AS id,
          CASE kind WHEN 'MASS' THEN 'Mass' ELSE 'Calc' END || CASE split WHEN 'TEST' THEN '-Test_' ELSE '-Training_' END
            || patient || '_' || laterality || '_' || position AS name
        FROM (
          SELECT n, 'P_' || lpad((n / 4)::text, greatest(5, length((n / 4)::text)), '0') AS patient,
            CASE WHEN n % 4 < 2 THEN 'LEFT' ELSE 'RIGHT' END AS laterality, CASE WHEN n % 2 = 0 THEN 'CC' ELSE 'MLO' END AS position,
            CASE WHEN bench.draw('kind ' || n / 4, 2) = 0 THEN 'MASS' ELSE 'CALCIFICATION' END AS kind,
            CASE WHEN bench.draw('split ' || n / 4, 5) = 0 THEN 'TEST' ELSE 'TRAINING' END AS split
          FROM generate_series(0, ${views - 1}) AS n
        ) AS numbered`,
    },
    {
      name: 'names of abnormalities',
      sql: `CREATE UNLOGGED TABLE bench.finding AS
        SELECT v.id AS view_id, v.key, v.patient, v.laterality, v.position, v.name, v.kind, v.split, number, bench.uid(v.name || ' study ' || number) AS study, bench.uid(v.name || ' series ' || number) AS series,
          bench.draw(v.name || number, 10000) AS luck
        FROM bench.view v CROSS JOIN generate_series(1, 3) AS number`,
    },
    {
      name: 'names of images',
      sql: `CREATE UNLOGGED TABLE bench.image AS
        SELECT view_id, kind, split, image_kind, number, series, file, bench.hex(file) AS sha256,
          'CBIS-DDSM/' || file || '/07-20-2016-DDSM-NA-' || view_number % 100000 || '/1.000000-' || image_kind || ' images-' || coalesce(number, 0) || '/1-1.dcm' AS path, view_number
        FROM (
          SELECT id AS view_id, n AS view_number, kind, split, 'FULL' AS image_kind, NULL::int AS number, bench.uid(name) AS series, name || '_FULL' AS file FROM bench.view
          UNION ALL
          SELECT f.view_id, v.n, f.kind, f.split, image_kind, number, series, f.name || '_' || image_kind || '_' || number
          FROM bench.finding f JOIN bench.view v ON v.id = f.view_id CROSS JOIN (VALUES ('CROP'), ('MASK')) AS k(image_kind)
        ) AS files`,
    },
  ];
}

/** Each fills tables that no other one does; the longest come first. */
function rowsOf(views: number): readonly Step[] {
  return [
    {
      name: 'Image',
      sql: `INSERT INTO "Image" (id, sha256, uri, "sizeBytes", "sourcePath", kind, name, evidence, "viewId", "abnormalityKind", "officialSplit", "abnormalityNumber", variant,
          "sopInstanceUid", "seriesInstanceUid", rows, columns, "bitsAllocated", "bitsStored", photometric, "pixelSpacingMm")
        SELECT bench.id(bench.part('image') || bench.part(sha256)), sha256, 'file:///data/' || path, 26000000, path, image_kind::"ImageKind", file, 'description', view_id,
          kind::"AbnormalityKind", split::"OfficialSplit", number, 1, bench.uid(file || ' sop'), series, 4504, 2888, 16, 16, 'MONOCHROME2', '{}'
        FROM bench.image;
        INSERT INTO "Image" (id, sha256, uri, "sizeBytes", "sourcePath", kind, name, evidence, variant, "sopInstanceUid", "seriesInstanceUid", rows, columns, "bitsAllocated", "bitsStored", photometric)
        SELECT bench.id(bench.part('image') || bench.part(sha256)), sha256, 'file:///data/loose/' || n, 1000, 'loose/' || n, 'UNKNOWN', 'UNKNOWN_' || sha256, 'no image in it', 1, '', bench.uid('loose' || n), 0, 0, 0, 0, ''
        FROM (SELECT n, bench.hex('loose' || n) AS sha256 FROM generate_series(1, ${Math.ceil(views / 100)}) AS n) AS loose`,
    },
    {
      name: 'SourceFile',
      sql: `INSERT INTO "ImportRun" (id, directory, "finishedAt") SELECT bench.id('import ' || n), '/data', now() FROM generate_series(0, 9) AS n;
        INSERT INTO "SourceFile" (path, "importId", "sourcePath", "sizeBytes", "modifiedMs", sha256, outcome, reason)
        SELECT '/data/' || path, bench.id('import ' || view_number % 10), path, 26000000, 1700000000000, CASE WHEN luck = 0 THEN NULL ELSE sha256 END,
          (CASE WHEN luck = 0 THEN 'REJECTED' WHEN luck < 5 THEN 'DUPLICATE' ELSE 'STORED' END)::"FileOutcome", CASE WHEN luck = 0 THEN 'truncated' END
        FROM (SELECT *, bench.draw(file, 100) AS luck FROM bench.image) AS drawn`,
    },
    {
      name: 'Prediction',
      // Model 0, the newest, has one fifth; 1 to 4 the rest; 5 has 37 old ones; the others none.
      sql: `INSERT INTO "Prediction" (id, "viewId", "abnormalityKind", "modelVersionId", "preparedInputsHash", "maskSha256", "maskUri", "maskSizeBytes", rows, columns, regions, probability, threshold, "areaPx", dice, iou, "truthAreaPx", "createdAt")
        SELECT bench.id('prediction ' || n || ' ' || model), id, kind::"AbnormalityKind", ${modelId('model::text')}, bench.hex('prepared ' || name), bench.hex('predicted'), 'cas:' || bench.hex('predicted'), 9000, 4504, 2888,
          jsonb_build_array(jsonb_build_object('contour', contour, 'areaPx', 40000, 'probability', 0.97)), 0.97, 0.5, 40000, 0.7, 0.6, 41000, now() - make_interval(secs => n * 3)
        FROM (
          SELECT *, n % 5 AS model FROM bench.view
          UNION ALL SELECT *, 5 FROM bench.view WHERE n > ${views - 1} - 37
        ) AS each,
        (SELECT jsonb_agg(round(1000 + 300 * cos(i * 0.0314 + (i % 2) * 1.57))) AS contour FROM generate_series(1, 160) AS i) AS outline`,
    },
    {
      name: 'Abnormality',
      sql: `INSERT INTO "Abnormality" (id, "viewId", "patientCode", laterality, position, kind, number, "officialSplit", pathology, assessment, subtlety, attributes, "inTables", "fullPath", "cropPath", "maskPath")
        SELECT bench.id(bench.part('abnormality') || bench.part(key) || bench.part(kind) || bench.part(number::text)), view_id, patient, laterality::"Laterality", position::"ViewPosition", kind::"AbnormalityKind", number, split::"OfficialSplit",
          CASE WHEN luck < 2 THEN 'UNPROVEN' WHEN luck < 4000 THEN 'MALIGNANT' WHEN luck < 8500 THEN 'BENIGN' ELSE 'BENIGN_WITHOUT_CALLBACK' END,
          luck % 6, 1 + luck % 5,
          CASE kind WHEN 'MASS' THEN '{"mass shape": "IRREGULAR", "mass margins": "SPICULATED", "abnormality type": "mass"}'::jsonb
            ELSE '{"calc type": "PLEOMORPHIC", "calc distribution": "CLUSTERED", "abnormality type": "calcification"}'::jsonb END,
          true, name || '/' || study || '/' || bench.uid(name) || '/000000.dcm', name || '_' || number || '/' || study || '/' || series || '/000000.dcm',
          name || '_' || number || '/' || study || '/' || series || '/000001.dcm'
        FROM bench.finding`,
    },
    {
      name: 'MergedMask',
      sql: `INSERT INTO "MergedMask" (id, "viewId", "abnormalityKind", revision, "inputsHash", sha256, uri, "sizeBytes", rows, columns, "maskCount", "refusedCount", "areaPx")
        SELECT bench.id(bench.part('merged-mask') || bench.part(key) || bench.part(kind)), id, kind::"AbnormalityKind", 1, bench.hex('inputs ' || name), bench.hex('merged ' || name), 'cas:' || bench.hex('merged ' || name), 9000, 4504, 2888, 3, 0, 40000
        FROM bench.view`,
    },
    {
      name: 'PreparedView',
      sql: `INSERT INTO "PreparedView" (id, "viewId", "abnormalityKind", "officialSplit", revision, "inputsHash", "recipeHash", geometry, "imageSha256", "imageUri", "imageSizeBytes", "plainSha256", "plainUri", "plainSizeBytes", "maskSha256", "maskUri", "maskSizeBytes")
        SELECT bench.id(bench.part('prepared-view') || bench.part(key) || bench.part(kind)), id, kind::"AbnormalityKind", split::"OfficialSplit", 2, bench.hex('prepared ' || name), bench.hex('recipe'),
          '{"source": {"rows": 4504, "columns": 2888}, "steps": [{"kind": "crop", "top": 46, "left": 29, "rows": 4412, "columns": 2830}, {"kind": "flip", "axis": "vertical"}, {"kind": "pad", "rows": 4412, "columns": 4412, "top": 0, "left": 0}, {"kind": "resize", "rows": 512, "columns": 512}]}',
          bench.hex('image ' || name), 'cas:' || bench.hex('image ' || name), 120000, bench.hex('plain ' || name), 'cas:' || bench.hex('plain ' || name), 100000, bench.hex('mask ' || name), 'cas:' || bench.hex('mask ' || name), 900
        FROM bench.view`,
    },
    {
      name: 'models',
      sql: `INSERT INTO "Split" (hash, kind, seed, training, validation, test)
        SELECT bench.hex('split'), 'official', 1, array_agg(patient) FILTER (WHERE split = 'TRAINING' AND n % 28 <> 0), array_agg(patient) FILTER (WHERE split = 'TRAINING' AND n % 28 = 0), array_agg(patient) FILTER (WHERE split = 'TEST')
        FROM bench.view WHERE n % 4 = 0;
        INSERT INTO "TrainingRun" (id, state, options, "splitHash", "createdAt")
        SELECT ${runId('n::text')}, 'SUCCEEDED', '{}', bench.hex('split'), now() - make_interval(hours => n) FROM generate_series(0, 499) AS n;
        INSERT INTO "TrainingEpoch" SELECT ${runId('n::text')}, epoch, 1.0 / epoch, 1.1 / epoch, 1 - 0.5 / epoch, 1 - 0.6 / epoch, 60 FROM generate_series(0, 499) AS n CROSS JOIN generate_series(1, 30) AS epoch;
        INSERT INTO "ModelVersion" (id, "runId", network, "imageSize", parameters, backend, "weightsSha256", "weightsUri", "weightsSizeBytes", "recipeHash", "bestEpoch", "validationDice", threshold, "createdAt")
        SELECT ${modelId('n::text')}, ${runId('n::text')}, 'unet-compact', 256, 1950000, 'tensorflow', bench.hex('weights ' || n), 'cas:' || bench.hex('weights ' || n), 7800000, bench.hex('recipe'), 17, 0.71, 0.5, now() - make_interval(hours => n)
        FROM generate_series(0, 499) AS n;
        INSERT INTO "ModelAlias" SELECT 'champion', ${modelId("'0'")}`,
    },
    {
      name: 'Repair',
      sql: `INSERT INTO "Repair" (id, kind, subject, was, now)
        SELECT bench.id(bench.part('repair') || bench.part(kind) || bench.part(name)), kind, name, '1-2.dcm as the crop, by its name', 'MASK by pixels'
        FROM (SELECT name, CASE WHEN n % 20 = 0 THEN 'name-clash' WHEN n % 20 < 3 THEN 'file-without-row' WHEN n % 20 < 8 THEN 'mask-resampled' ELSE 'missing-description' END AS kind FROM bench.view) AS r`,
    },
    {
      name: 'Inbox',
      sql: `INSERT INTO "Inbox" (stage, "eventId", outcome, "wallMs", "processedAt")
        SELECT stage, bench.id('event ' || n || kind), 'done', 5 + n % 40, now() - make_interval(secs => n * 3)
        FROM bench.view CROSS JOIN (VALUES ('restructurer'), ('restructurer.review'), ('mask-merger'), ('preprocessor'), ('predictor.views')) AS s(stage)`,
    },
    {
      name: 'Outbox',
      sql: `INSERT INTO "Outbox" (id, topic, key, source, traceparent, payload, "createdAt", "publishedAt")
        SELECT bench.id('event ' || n || topic), topic, key, '/mammoline/restructurer', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', decode(repeat('0a', 60), 'hex'), now() - make_interval(secs => n * 3), now() - make_interval(secs => n * 3)
        FROM bench.view CROSS JOIN (VALUES ('mammoline.image.catalogued.v1'), ('mammoline.view.prepared.v1')) AS t(topic)`,
    },
    {
      name: 'DeadLetter',
      sql: `INSERT INTO "DeadLetter" (id, stage, "eventId", topic, key, source, payload, "eventTime", "errorKind", error, attempts, "createdAt", "replayedAt")
        SELECT bench.id('dead ' || n), 'preprocessor', bench.id('event ' || n), 'mammoline.image.catalogued.v1', key, '/mammoline/restructurer', decode(repeat('0a', 60), 'hex'), now(), 'invalid', 'found one grey value (1234), expected a mammogram', 1,
          now() - make_interval(secs => n * 3), CASE WHEN n % 400 = 0 THEN NULL ELSE now() END
        FROM bench.view WHERE n % 100 = 0`,
    },
    { name: 'Patient', sql: 'INSERT INTO "Patient" (code) SELECT DISTINCT patient FROM bench.view' },
    {
      name: 'View',
      sql: `INSERT INTO "View" (id, "patientCode", laterality, position, "breastDensity", revision)
        SELECT id, patient, laterality::"Laterality", position::"ViewPosition", 1 + n % 4, 9 FROM bench.view`,
    },
    {
      name: 'Case',
      sql: `INSERT INTO "Case" (kind, "officialSplit", "patientCode", laterality, position)
        SELECT kind::"AbnormalityKind", split::"OfficialSplit", patient, laterality::"Laterality", position::"ViewPosition" FROM bench.view;
        INSERT INTO "TakenTable" (kind, "officialSplit", "filesReviewed") SELECT DISTINCT kind, "officialSplit", true FROM "Case"`,
    },
  ];
}
