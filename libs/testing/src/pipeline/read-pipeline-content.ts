import { withClient } from './with-client.ts';

/** A row without what may differ from run to run. */
export type ContentRow = Readonly<Record<string, unknown>>;

/** What a pipeline has come to: by table, by the name that a row has in every run. */
export type PipelineContent = Readonly<Record<string, Readonly<Record<string, ContentRow>>>>;

const view = `v."patientCode" || '_' || v.laterality || '_' || v.position`;
const model = `encode(sha256(convert_to(m."weightsSha256" || m."recipeHash", 'UTF8')), 'hex')`;

/** A table's rows: their names, and which columns are left out (random ids, times, counts of attempts, revisions: they depend on who was first). */
interface Reading {
  readonly name: string;
  readonly from: string;
  readonly key: string;
  readonly without?: readonly string[];
}

const readings: readonly Reading[] = [
  { name: 'ImportRun', from: '"ImportRun" t', key: 't.directory', without: ['startedAt'] },
  { name: 'SourceFile', from: '"SourceFile" t', key: 't.path' },
  { name: 'DicomFile', from: '"DicomFile" t', key: 't.sha256' },
  { name: 'ImportedTable', from: '"ImportedTable" t', key: 't.sha256' },
  { name: 'TakenTable', from: '"TakenTable" t', key: `t.kind || ' ' || t."officialSplit"` },
  {
    name: 'Case',
    from: '"Case" t',
    key: `t.kind || '-' || t."officialSplit" || '_' || t."patientCode" || '_' || t.laterality || '_' || t.position`,
  },
  { name: 'View', from: '"View" v JOIN "View" t ON t.id = v.id', key: view, without: ['revision'] },
  { name: 'Abnormality', from: '"Abnormality" t JOIN "View" v ON v.id = t."viewId"', key: `${view} || '_' || t.kind || '_' || t.number` },
  { name: 'Image', from: '"Image" t', key: `t.name || ' ' || t.variant || ' ' || t.sha256` },
  {
    name: 'MergedMask',
    from: '"MergedMask" t JOIN "View" v ON v.id = t."viewId"',
    key: `${view} || '_' || t."abnormalityKind"`,
    without: ['revision'],
  },
  {
    name: 'PreparedView',
    from: '"PreparedView" t JOIN "View" v ON v.id = t."viewId"',
    key: `${view} || '_' || t."abnormalityKind"`,
    without: ['revision'],
  },
  {
    name: 'PreparedCrop',
    from: '"PreparedCrop" t JOIN "Image" i ON i.id = t."imageId"',
    key: `i.name || ' ' || i.variant || ' ' || i.sha256`,
  },
  { name: 'Repair', from: '"Repair" t', key: `t.kind || ' ' || t.subject` },
  { name: 'Split', from: '"Split" t', key: 't.hash' },
  {
    name: 'TrainingRun',
    from: '"TrainingRun" t',
    key: `t."splitHash" || ' ' || t.options::text`,
    without: ['id', 'leaseOwner', 'leaseExpiresAt', 'attempts', 'startedAt', 'checkpoint'],
  },
  {
    name: 'TrainingEpoch',
    from: '"TrainingEpoch" t JOIN "TrainingRun" r ON r.id = t."runId"',
    key: `r."splitHash" || ' ' || r.options::text || ' ' || t.epoch`,
    without: ['runId', 'seconds'],
  },
  { name: 'ModelVersion', from: '"ModelVersion" t JOIN "ModelVersion" m ON m.id = t.id', key: model, without: ['id', 'runId'] },
  {
    name: 'Prediction',
    from: '"Prediction" t JOIN "View" v ON v.id = t."viewId" JOIN "ModelVersion" m ON m.id = t."modelVersionId"',
    key: `${view} || '_' || t."abnormalityKind" || ' ' || ${model}`,
    without: ['id', 'modelVersionId'],
  },
  {
    name: 'DeadLetter',
    // An event's id depends on which files were recorded together, so letters are counted within their stage, topic and key.
    from: `(SELECT *, row_number() OVER (PARTITION BY stage, topic, key ORDER BY error, "eventId") AS place FROM "DeadLetter" WHERE "replayedAt" IS NULL) t`,
    key: `t.stage || ' ' || t.topic || ' ' || t.key || ' ' || t.place`,
    without: ['id', 'eventId', 'payload', 'eventTime', 'attempts', 'traceparent'],
  },
];

/**
 * Reads by SQL all that a pipeline has catalogued and derived, straight from Postgres, so that two runs can be held against each other: on another
 * transport, with another store, or disturbed. Artefacts are in it by their hashes.
 */
export async function readPipelineContent(databaseUrl: string): Promise<PipelineContent> {
  return withClient(databaseUrl, async (client) => {
    // One snapshot: a row that is written meanwhile is in no table or in all.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const content: Record<string, Record<string, ContentRow>> = {};
    for (const { name, from, key, without = [] } of readings) {
      const { rows } = await client.query<{ key: string; row: ContentRow }>(
        `SELECT ${key} AS key, to_jsonb(t) - $1::text[] AS row FROM ${from} ORDER BY 1`,
        [[...without, 'createdAt']],
      );
      content[name] = Object.fromEntries(rows.map(({ key: rowKey, row }) => [rowKey, withoutTimes(row)]));
      if (Object.keys(content[name]).length !== rows.length)
        throw new Error(`rows of ${name} share a name: ${repeated(rows.map((it) => it.key))}`);
    }
    return content;
  });
}

/** When something was finished differs; that it was does not. */
function withoutTimes(row: ContentRow): ContentRow {
  return 'finishedAt' in row ? { ...row, finishedAt: row['finishedAt'] !== null } : row;
}

function repeated(keys: readonly string[]): string {
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))].slice(0, 5).join(', ');
}
