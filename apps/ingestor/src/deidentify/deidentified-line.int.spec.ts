import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openCatalogue, type Catalogue } from '@mammoline/catalogue';
import { catalogueV1, ingestV1 } from '@mammoline/contracts';
import { createPseudonyms, readDicomHeader, writeDicom, type DicomToWrite } from '@mammoline/dicom';
import { createTestDatabase, startService, type RunningService, type TestDatabase } from '@mammoline/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** What must be nowhere: names, a patient's code, UIDs, a birth date, a file's time, the key. */
const key = 'SECRETKEYSECRETKEYSECRETKEYSECRETKEY';
const modifiedMs = 1_111_222_333_000;
const canaries = ['CANARY', 'P_94711', '1.2.777.', '18990317', String(modifiedMs), key.slice(0, 16)];

const pseudonyms = createPseudonyms(Buffer.from(key));
const app = (name: string): string => join(import.meta.dirname, `../../../${name}/src/main.ts`);

let directory: string;
let tree: string;
let database: TestDatabase;
let catalogue: Catalogue;
let sql: pg.Client;
let ingestor: RunningService<ingestV1.IngestServiceDefinition>;
let restructurer: RunningService<catalogueV1.CatalogueServiceDefinition>;
const others: RunningService<catalogueV1.CatalogueServiceDefinition>[] = [];
/** What was answered to callers. */
const answers: unknown[] = [];

const environment = (keyFile = 'key'): Record<string, string> => ({
  MAMMOLINE_LOG_LEVEL: 'trace',
  ...(keyFile === '' ? {} : { MAMMOLINE_DEIDENTIFY_KEY_FILE: join(directory, keyFile) }),
});
const startIngestor = (name: string, keyFile?: string) =>
  startService(app('ingestor'), ingestV1.IngestServiceDefinition, {
    postgresUrl: database.url,
    directory,
    name,
    environment: environment(keyFile),
    logFile: join(directory, 'log'),
  });
const startOther = (name: string, keyFile?: string) =>
  startService(app(name), catalogueV1.CatalogueServiceDefinition, {
    postgresUrl: database.url,
    directory,
    name: `${name}${keyFile ?? ''}`,
    environment: environment(keyFile),
    logFile: join(directory, 'log'),
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deidentified-'));
  tree = join(directory, 'CANARY tree');
  await writeFile(join(directory, 'key'), `${key}\n`);
  database = await createTestDatabase();
  catalogue = await openCatalogue({ url: database.url });
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  [ingestor, restructurer] = await Promise.all([startIngestor('ingestor'), startOther('restructurer')]);
  others.push(...(await Promise.all([startOther('mask-merger'), startOther('preprocessor')])));
});
afterAll(async () => {
  await Promise.all([ingestor.stop(), restructurer.stop(), ...others.map((other) => other.stop())]);
  await sql.end();
  await catalogue.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

/** Implicit little endian, as writeDicom writes. */
function element(tag: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(' ')]);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag >>> 16);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.writeUInt32LE(even.length, 4);
  return Buffer.concat([head, even]);
}
const item = (content: Buffer): Buffer => element(0xfffee000, content);

/** Who the patient is, in every way that a header has. */
const identifying = Buffer.concat([
  element(0x00080050, 'CANARYACC'),
  element(0x00080080, 'CANARY HOSPITAL'),
  element(0x00080090, 'CANARY^PHYSICIAN'),
  element(0x00081070, 'CANARY^OPERATOR'),
  element(0x00081030, 'CANARY STUDY'),
  element(0x00100030, '18990317'),
  element(0x00101001, 'CANARY^OTHER'),
  element(0x00104000, 'CANARY COMMENT'),
  element(0x00181000, 'CANARYSERIAL'),
  element(0x00181fff, 'CANARY UNKNOWN'),
  element(0x00290010, 'CANARY PRIVATE'),
  element(0x00291001, 'CANARY PRIVATE'),
  element(0x00081140, item(element(0x00081155, '1.2.777.9'))),
  element(
    0x00540220,
    item(Buffer.concat([element(0x00080100, 'R-10242'), element(0x00080104, 'CANARY'), element(0x00100010, 'CANARY^NESTED')])),
  ),
  element(0x00400275, item(element(0x00400007, 'CANARY STEP'))),
]);

function dicom(image: Partial<DicomToWrite> & Pick<DicomToWrite, 'patientId'>, more: Buffer = Buffer.alloc(0)): Buffer {
  const rows = image.rows ?? 64;
  const columns = image.columns ?? 48;
  const uid = (part: string): string => `1.2.777.${part}`;
  const bytes = Buffer.from(
    writeDicom({
      rows,
      columns,
      // A breast on the left, brighter inwards.
      data: Uint16Array.from({ length: rows * columns }, (_, at) => (at % columns < 30 ? 9000 + (at % columns) * 500 : 0)),
      sopInstanceUid: uid(`1.${String(image.instanceNumber ?? 1)}.${image.patientId.length.toString()}`),
      seriesInstanceUid: uid('2'),
      studyInstanceUid: uid('3'),
      studyDate: '18990317',
      ...image,
    }),
  );
  const at = bytes.indexOf(Buffer.from([0x08, 0x00, 0x05, 0x00]), 132);
  return Buffer.concat([bytes.subarray(0, at), identifying, more, bytes.subarray(at)]);
}

async function put(name: string, content: Uint8Array | string): Promise<void> {
  const path = join(tree, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await utimes(path, modifiedMs / 1000, modifiedMs / 1000);
}

async function importTree(by = ingestor, root = tree): Promise<ingestV1.ImportFolderResponse> {
  let last: ingestV1.ImportFolderResponse | undefined;
  for await (const answer of by.client.importFolder({ directory: root, copy: false })) last = answer;
  answers.push(last);
  return last ?? expect.unreachable('the import reported nothing');
}

async function* parts(fileName: string, bytes: Uint8Array): AsyncGenerator<ingestV1.DeepPartial<ingestV1.UploadRequest>> {
  yield await Promise.resolve({ part: { $case: 'header' as const, value: { fileName } } });
  yield { part: { $case: 'chunk' as const, value: bytes } };
}
async function upload(fileName: string, bytes: Uint8Array, by = ingestor): Promise<ingestV1.UploadResponse> {
  const answer = await by.client.upload(parts(fileName, bytes));
  answers.push(answer);
  return answer;
}

const fullName = 'CANARY Jane/Mass-Training_P_94711_LEFT_CC/1.2.777.3/1.2.777.2/1-1.dcm';
const full = dicom({ patientId: 'Mass-Training_P_94711_LEFT_CC', seriesDescription: 'CANARY full mammogram images' });
const box = Uint8Array.from({ length: 64 * 48 }, (_, at) => (at % 48 > 8 && at % 48 < 20 && at > 640 && at < 1600 ? 255 : 0));
const table = [
  'patient_id,breast_density,left or right breast,image view,abnormality id,abnormality type,mass shape,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path,operator',
  'P_94711,3,LEFT,CC,1,mass,OVAL,4,MALIGNANT,4,Mass-Training_P_94711_LEFT_CC/1.2.777.3/1.2.777.2/000000.dcm,Mass-Training_P_94711_LEFT_CC_1/1.2.777.3/1.2.777.4/000000.dcm,Mass-Training_P_94711_LEFT_CC_1/1.2.777.3/1.2.777.4/000001.dcm,CANARY',
  'P_94711,3,CANARY,CC,1,mass,OVAL,4,MALIGNANT,4,,,,CANARY',
].join('\n');

beforeAll(async () => {
  await put(fullName, full);
  const mask = { patientId: 'Mass-Training_P_94711_LEFT_CC_1', seriesInstanceUid: '1.2.777.4', data: box, instanceNumber: 2 };
  await put('CANARY Jane/Mass-Training_P_94711_LEFT_CC_1/1-2.dcm', dicom({ ...mask, seriesDescription: 'ROI mask images' }));
  await put('CANARY.dcm', dicom({ patientId: 'CANARY MRN', seriesInstanceUid: '1.2.777.5', instanceNumber: 3 }));
  await put('burned in.dcm', dicom({ patientId: 'CANARY', instanceNumber: 4 }, element(0x00280301, 'YES')));
  await put('CANARY notes.txt', 'CANARY');
  await put('CANARY report', 'CANARY is what this says.');
  await put('CANARY cut.dcm', full.subarray(0, 900));
  await symlink(join(directory, 'CANARY nowhere'), join(tree, 'CANARY link'));
});

/** A text as rows, queues and blobs may have it: itself, and its bytes in hexadecimal and base 64. */
function spellings(text: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(' '.repeat(shift) + text).toString('base64');
    // The first and the last characters depend on what stands beside it.
    return encoded.slice(shift === 0 ? 0 : 4, Math.floor((shift + text.length) / 3) * 4);
  });
  return [text, Buffer.from(text).toString('hex'), ...base64.filter((part) => part.length >= 6)];
}

const found = (place: string, text: string): readonly string[] =>
  canaries.flatMap((canary) =>
    spellings(canary).some((spelling) => text.toLowerCase().includes(spelling.toLowerCase())) ? [`${canary} in ${place}`] : [],
  );

/** Every place of every canary, in all tables of all schemas, all blobs, the log and the answers. */
async function findCanaries(): Promise<{ readonly places: readonly string[]; readonly tables: number; readonly blobs: number }> {
  const places: string[] = [];
  const { rows: tables } = await sql.query<{ schema: string; name: string }>(
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  for (const { schema, name } of tables) {
    const { rows } = await sql.query<{ text: string }>(`SELECT t::text AS text FROM "${schema}"."${name}" t`);
    for (const { text } of rows) places.push(...found(name, text));
  }
  const files = (await readdir(join(directory, 'blobs'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const file of files)
    places.push(...found(`blob ${file.name}`, (await readFile(join(file.parentPath, file.name))).toString('latin1')));
  places.push(...found('the log', await readFile(join(directory, 'log'), 'utf8')));
  places.push(
    ...found(
      'an answer',
      JSON.stringify(answers, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ),
  );
  // In tmp the services try now and then whether they can write: no blobs.
  const blobs = files.filter(({ parentPath }) => parentPath !== join(directory, 'blobs', 'tmp')).length;
  return { places: [...new Set(places)], tables: tables.length, blobs };
}

const page = { pageSize: 100, pageToken: undefined };

describe('a line that is switched to de-identification', () => {
  it('takes a tree, a table and uploads, and has nobody in any row, event, blob, log or answer', async () => {
    answers.push(await restructurer.client.importTable({ fileName: 'CANARY mass train.csv', csv: Buffer.from(table) }));
    expect(await importTree()).toMatchObject({ found: 7n, stored: 3n, rejected: 4n });
    expect(
      await upload(
        'CANARY upload.dcm',
        dicom({ patientId: 'Mass-Training_P_94711_RIGHT_CC', seriesDescription: 'full mammogram images', instanceNumber: 5 }),
      ),
    ).toMatchObject({ outcome: ingestV1.UploadOutcome.UPLOAD_OUTCOME_STORED });
    expect(await upload('CANARY text', Buffer.from('CANARY is what this says.'))).toMatchObject({
      outcome: ingestV1.UploadOutcome.UPLOAD_OUTCOME_REJECTED,
      reason: 'not-dicom',
    });

    const patient = pseudonyms.patientCode('P_94711');
    await vi.waitFor(
      async () =>
        expect(await catalogue.counts()).toMatchObject({
          patients: 1,
          views: 2,
          full: 2,
          mask: 1,
          unknown: 1,
          mergedMasks: 1,
          preparedViews: 2,
        }),
      { timeout: 60_000, interval: 200 },
    );
    const view = await catalogue.view({ patient, laterality: 'LEFT', position: 'CC' });
    expect(view?.abnormalities).toMatchObject([{ inTables: true, pathology: 'MALIGNANT', attributes: { 'mass shape': 'OVAL' } }]);
    answers.push(
      await restructurer.client.listViews({}),
      await restructurer.client.listRepairs({}),
      await restructurer.client.listPatients({}),
    );
    answers.push(await catalogue.listDeidentifications(page), await catalogue.listSourceFiles(undefined, page));
    const { places, tables, blobs } = await findCanaries();
    expect(places).toEqual([]);
    expect(tables).toBeGreaterThan(25);
    expect(blobs).toBeGreaterThan(6);
  });

  it('names what it did not take, and why', async () => {
    const { rows } = await catalogue.listSourceFiles('REJECTED', page);
    expect(rows.map(({ reason }) => reason).sort()).toEqual(['burned-in', 'not-dicom', 'not-dicom', 'truncated', 'unreadable']);
    expect(rows.find(({ reason }) => reason === 'burned-in')?.detail).toMatch(/Burned In Annotation .* is YES/);
  });

  it('tells what it did to each file', async () => {
    const { rows } = await catalogue.listDeidentifications(page);
    expect(rows).toHaveLength(4);
    for (const { sourcePath, burnedIn, changes } of rows) {
      expect(burnedIn).toBe('unstated');
      expect(sourcePath).toMatch(/\.dcm$/);
      expect(changes).toContainEqual({ tag: '(0010,0010)', name: "Patient's Name", done: 'emptied', times: 2 });
      expect(changes).toContainEqual({ tag: '(0029,xxxx)', name: 'private attributes', done: 'removed', times: 2 });
    }
  });

  it('knows its files again, under the same names, and a patient of another import as the same', async () => {
    expect(await importTree()).toMatchObject({ found: 7n, unchanged: 7n, bytesRead: 0n });
    const other = join(directory, 'other');
    await mkdir(other);
    await writeFile(
      join(other, 'a.dcm'),
      dicom({ patientId: 'Calc-Test_P_94711_LEFT_MLO', seriesDescription: 'full mammogram images', instanceNumber: 6 }),
    );
    expect(await importTree(ingestor, other)).toMatchObject({ found: 1n, stored: 1n });
    // Until the last stage has stored what it makes of the view.
    await vi.waitFor(async () => expect(await catalogue.counts()).toMatchObject({ patients: 1, views: 3, preparedViews: 3 }), {
      timeout: 30_000,
      interval: 200,
    });
    const stored = (await catalogue.listImages(page)).rows.map(({ blob }) => blob.uri);
    expect(stored.every((uri) => uri.startsWith('cas:'))).toBe(true);
  });

  it('is not gone on with by services without the key: they store nothing', async () => {
    const before = await findCanaries();
    const [stranger, tables] = await Promise.all([startIngestor('stranger', ''), startOther('restructurer', '')]);
    try {
      const begun = /this catalogue was begun de-identified under the key [0-9a-f]{8}…, and this is to be taken without de-identification/;
      await expect(importTree(stranger)).rejects.toThrow(begun);
      await expect(upload('x.dcm', dicom({ patientId: 'CANARY', instanceNumber: 7 }), stranger)).rejects.toThrow(begun);
      await expect(tables.client.importTable({ fileName: 'mass train.csv', csv: Buffer.from('a,b') })).rejects.toThrow(begun);
    } finally {
      await Promise.all([stranger.stop(), tables.stop()]);
    }
    expect(await findCanaries()).toMatchObject({ blobs: before.blobs, places: [] });
  });

  it('what is stored is DICOM that says that it is de-identified', async () => {
    const [image] =
      (await catalogue.view({ patient: pseudonyms.patientCode('P_94711'), laterality: 'LEFT', position: 'CC' }))?.images ?? [];
    const sha256 = image?.blob.sha256 ?? expect.unreachable();
    const bytes = await readFile(join(directory, 'blobs', sha256.slice(0, 2), sha256.slice(2)));
    expect(readDicomHeader(bytes).patientId).toContain(pseudonyms.patientCode('P_94711'));
    expect(bytes.includes('Basic Application Confidentiality Profile')).toBe(true);
  });
});
