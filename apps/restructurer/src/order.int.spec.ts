import { openCatalogue } from '@mammoline/catalogue';
import { createPseudonyms, defaultDicomLimits, deidentifyDicom, pseudonymisePath, writeDicom } from '@mammoline/dicom';
import type { Pseudonyms } from '@mammoline/dicom';
import { createTestDatabase } from '@mammoline/testing';
import { afterAll, describe, expect, test } from 'vitest';
import type { PatientCode } from '@mammoline/kernel';
import type { CallContext } from 'nice-grpc';
import { openRestructurerBench } from './spec-bench.ts';
import type { SourceFile } from './spec-bench.ts';

const seriesUid = (name: string): string => `1.2.${Array.from(name, (letter) => String(letter.charCodeAt(0))).join('.')}`;

let written = 0;
function dicom(
  path: string,
  patientId: string,
  series: string,
  kind: 'FULL' | 'CROP' | 'MASK',
  description: string | undefined,
): SourceFile {
  written += 1;
  const picture = Uint16Array.from({ length: 12 }, (_, index) => index * written);
  const mask = Uint8Array.from({ length: 12 }, (_, index) => (index === written % 12 ? 255 : 0));
  const bytes = writeDicom({
    rows: 4,
    columns: 3,
    data: kind === 'MASK' ? mask : picture,
    sopInstanceUid: `1.2.3.${String(written)}`,
    seriesInstanceUid: seriesUid(series),
    studyInstanceUid: '1.2',
    patientId,
    seriesDescription: description,
  });
  return { path, bytes };
}

const full = 'full mammogram images';
const crop = 'cropped images';
const roi = 'ROI mask images';
const mass = 'Mass-Training_P_00001_LEFT_CC';
const calc = 'Calc-Test_P_00002_RIGHT_MLO';

const files: readonly SourceFile[] = [
  dicom(`${mass}/s/${full}/1-1.dcm`, `${mass}.dcm`, 'mf', 'FULL', full),
  // One series, no descriptions; the mask is numbered first, and the table says otherwise.
  dicom(`${mass}_1/s/--/1-1.dcm`, `${mass}_1`, 'm1', 'MASK', undefined),
  dicom(`${mass}_1/s/--/1-2.dcm`, `${mass}_1`, 'm1', 'CROP', undefined),
  // Another mask of the same name, twice.
  dicom(`${mass}_1/t/${roi}/1-1.dcm`, `${mass}_1`, 'm2', 'MASK', roi),
  dicom(`${mass}_1/u/${roi}/1-1.dcm`, `${mass}_1`, 'm3', 'MASK', roi),
  // An abnormality without a row.
  dicom(`${mass}_2/s/${roi}/1-1.dcm`, `${mass}_2`, 'm4', 'MASK', roi),
  dicom(`${calc}/s/${full}/1-1.dcm`, calc, 'cf', 'FULL', full),
  // Without prefix: one with a path, one that only its series knows, one that only the table knows.
  dicom(`${calc}_1/s/${roi}/1-1.dcm`, 'P_00002_RIGHT_MLO_1', 'c1', 'MASK', roi),
  dicom('loose/a.dcm', 'P_00002_RIGHT_MLO_1', 'c1', 'CROP', crop),
  dicom('loose/b.dcm', 'P_00002_RIGHT_MLO_2', 'c2', 'MASK', roi),
  // A mask that calls itself a crop, and files of nobody.
  dicom(`${calc}_3/s/${crop}/1-1.dcm`, `${calc}_3`, 'c3', 'MASK', crop),
  dicom('loose/c.dcm', 'patient 7', 'x', 'FULL', undefined),
  { path: 'loose/d.dcm', bytes: Buffer.from('not DICOM after all') },
];

const header =
  'patient_id,breast density,left or right breast,image view,abnormality id,abnormality type,pathology,image file path,cropped image file path,ROI mask file path';
const tableRow = (caseName: string, columns: string, series: readonly [string, string], number: number): string =>
  `${columns},BENIGN,${caseName}/9/${seriesUid('f')}/000000.dcm,"${caseName}_${String(number)}/9/${series[0]}\n",${caseName}_${String(number)}/9/${series[1]}`;
const tables = [
  {
    fileName: 'mass_case_description_train_set.csv',
    csv: Buffer.from(
      [
        header,
        tableRow(mass, 'P_00001,2,LEFT,CC,1,mass', [`${seriesUid('m1')}/000000.dcm`, `${seriesUid('m1')}/000001.dcm`], 1),
        tableRow(mass, 'P_00001,2,LEFT,CC,3,mass', [`${seriesUid('m9')}/000000.dcm`, `${seriesUid('m9')}/000001.dcm`], 3),
      ].join('\n'),
    ),
  },
  {
    fileName: 'calc_case_description_test_set.csv',
    csv: Buffer.from(
      [1, 2, 3]
        .map((number) => {
          const series = seriesUid(`c${String(number)}`);
          return tableRow(
            calc,
            `P_00002,3,RIGHT,MLO,${String(number)},calcification`,
            [`${series}/000001.dcm`, `${series}/000000.dcm`],
            number,
          );
        })
        .toSpliced(0, 0, header)
        .join('\n'),
    ),
  },
];

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});
const context = { signal: new AbortController().signal } as CallContext;

async function openBench(of: readonly SourceFile[], pseudonyms: Pseudonyms | undefined) {
  const database = await createTestDatabase();
  closers.push(() => database.drop());
  const catalogue = await openCatalogue({ url: database.url });
  closers.push(() => catalogue.close());
  return { catalogue, bench: openRestructurerBench(catalogue, of, pseudonyms) };
}

/** All files and tables in a shuffled order, with the events between them handled sooner or later, and some of the files twice. */
async function runShuffled(seed: number, of = files, pseudonyms?: Pseudonyms) {
  const { catalogue, bench } = await openBench(of, pseudonyms);
  const random = seeded(seed);
  const work = [
    ...[...of, ...of.slice(0, 3)].map((file) => () => bench.receive(file)),
    ...tables.map((table) => () => bench.service.importTable(table, context)),
  ];
  const order =
    seed === 0
      ? work
      : work
          .map((step) => ({ step, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ step }) => step);
  for (const step of order) {
    await step();
    if (random() < 0.3) await bench.settle((count) => Math.floor(random() * count));
  }
  await bench.settle((count) => Math.floor(random() * count));
  const images = await catalogue.listImages({ pageSize: 1000, pageToken: undefined });
  const repairs = await catalogue.listRepairs(undefined, { pageSize: 1000, pageToken: undefined });
  return {
    images: images.rows.map(({ sourcePath, kind, case: of, abnormalityNumber, variant, evidence }) => ({
      sourcePath,
      kind,
      of,
      abnormalityNumber,
      variant,
      evidence,
    })),
    repairs: repairs.rows.map(({ kind, subject, was, now }) => `${kind} | ${subject} | ${was} | ${now}`).sort(),
    rowsWithoutFiles: (await catalogue.rowsWithoutFiles({ pageSize: 1000, pageToken: undefined })).rows,
  };
}

describe('the catalogue that files and tables leave', () => {
  test('does not depend on the order of their coming', async () => {
    const first = await runShuffled(0);
    expect(
      Map.groupBy(first.images, ({ kind }) => kind)
        .get('UNKNOWN')
        ?.map(({ sourcePath }) => sourcePath)
        .sort(),
    ).toEqual(['loose/c.dcm', 'loose/d.dcm']);
    expect(first.images.length).toBe(files.length);
    expect(first.repairs.map((repair) => repair.split(' | ').slice(0, 2).join(' '))).toEqual([
      `columns-swapped ${mass}_1`,
      `description-contradicted ${calc}_3/s/${crop}/1-1.dcm`,
      `file-without-row ${mass}_2`,
      `missing-description ${mass}_1/s/--/1-1.dcm`,
      `missing-description ${mass}_1/s/--/1-2.dcm`,
      `name-clash ${mass}_1/t/${roi}/1-1.dcm`,
      `name-clash ${mass}_1/u/${roi}/1-1.dcm`,
      `numbering-swapped ${mass}_1`,
      `patient-id-prefix ${calc}_1/s/${roi}/1-1.dcm`,
      'patient-id-prefix loose/a.dcm',
      'patient-id-prefix loose/b.dcm',
      `patient-id-suffix ${mass}/s/${full}/1-1.dcm`,
    ]);
    for (const seed of [1, 2, 3, 4]) expect(await runShuffled(seed)).toEqual(first);
  });

  test('is the same de-identified, but for names: each file in its place, each table row with its files, each repair', async () => {
    const pseudonyms = createPseudonyms(Buffer.alloc(32, 'k'));
    // The last is no DICOM, which the ingestor does not take.
    const dicoms = files.slice(0, -1);
    const hidden = dicoms.map(({ path, bytes }) => ({
      path: pseudonymisePath(path, pseudonyms),
      bytes: Buffer.concat(deidentifyDicom(bytes, pseudonyms, defaultDicomLimits).parts),
    }));
    const [plain, deidentified] = [await runShuffled(0, dicoms), await runShuffled(0, hidden, pseudonyms)];
    const placesOf = ({ images }: typeof plain, rename: (patient: PatientCode) => string) =>
      images
        .map(
          ({ kind, of, abnormalityNumber }) =>
            `${kind} ${of === undefined ? '' : `${rename(of.patient)} ${of.kind} ${of.split}`} ${String(abnormalityNumber)}`,
        )
        .sort();
    expect(placesOf(deidentified, String)).toEqual(placesOf(plain, (patient) => pseudonyms.patientCode(patient)));
    expect(deidentified.rowsWithoutFiles).toHaveLength(plain.rowsWithoutFiles.length);
    const kindsOf = ({ repairs }: typeof plain): readonly string[] => repairs.map((repair) => repair.split(' ')[0] ?? '');
    // What hangs on to a case name is left out with the name, and needs no mending.
    expect(kindsOf(deidentified)).toEqual(kindsOf(plain).filter((kind) => kind !== 'patient-id-suffix'));
    expect(JSON.stringify(deidentified)).not.toMatch(/P_0000|loose|patient 7/);
  });
});
