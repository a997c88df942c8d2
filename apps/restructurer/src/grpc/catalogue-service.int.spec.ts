import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalogue } from '@mammoline/catalogue';
import type { Catalogue } from '@mammoline/catalogue';
import { commonV1 } from '@mammoline/contracts';
import { sha256Of } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import type { TestDatabase } from '@mammoline/testing';
import type { CallContext } from 'nice-grpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogueService } from './catalogue-service.ts';
import { openRestructurerBench } from '../spec-bench.ts';

const { AbnormalityKind, Laterality, OfficialSplit, ViewPosition } = commonV1;
const context = { signal: new AbortController().signal } as CallContext;
const noFilter = {
  abnormalityKind: AbnormalityKind.ABNORMALITY_KIND_UNSPECIFIED,
  officialSplit: OfficialSplit.OFFICIAL_SPLIT_UNSPECIFIED,
  laterality: Laterality.LATERALITY_UNSPECIFIED,
  position: ViewPosition.VIEW_POSITION_UNSPECIFIED,
  pathology: '',
  pageSize: 0,
  pageToken: '',
};
const table = Buffer.from(
  [
    'patient_id,breast_density,left or right breast,image view,abnormality id,abnormality type,mass shape,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path',
    'P_00001,3,LEFT,CC,1,mass,OVAL,4,MALIGNANT,4,Mass-Training_P_00001_LEFT_CC/1/2/000000.dcm,Mass-Training_P_00001_LEFT_CC_1/1/3/000000.dcm,Mass-Training_P_00001_LEFT_CC_1/1/3/000001.dcm',
    'P_00002,1,RIGHT,MLO,1,mass,ROUND,2,BENIGN,3,Mass-Training_P_00002_RIGHT_MLO/1/4/000000.dcm,Mass-Training_P_00002_RIGHT_MLO_1/1/5/000000.dcm,Mass-Training_P_00002_RIGHT_MLO_1/1/5/000001.dcm',
    'P_00003,1,NEITHER,MLO,1,mass,ROUND,2,BENIGN,3,,,',
  ].join('\n'),
);

let database: TestDatabase;
let catalogue: Catalogue;
beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = await openCatalogue({ url: database.url });
});
afterAll(async () => {
  await catalogue.close();
  await database.drop();
});

describe('CatalogueService', () => {
  const open = () => openRestructurerBench(catalogue, []).service;

  test('takes a table once, names what it could not use, and lists what it took', async () => {
    const service = open();
    const fileName = 'mass_case_description_train_set.csv';
    const first = await service.importTable({ fileName, csv: table }, context);
    expect(first).toMatchObject({ rows: 2, alreadyImported: false, problems: [expect.stringContaining('row 4: found side "NEITHER"')] });
    expect(await service.importTable({ fileName, csv: table }, context)).toMatchObject({ rows: 2, alreadyImported: true });

    const patients = await service.listPatients({ pageSize: 1, pageToken: '' }, context);
    expect(patients.patients).toEqual([{ code: 'P_00001', views: 1, abnormalities: 1 }]);
    const rest = await service.listPatients({ pageSize: 1, pageToken: patients.nextPageToken ?? '' }, context);
    expect(rest.patients?.map(({ code }) => code)).toEqual(['P_00002']);

    const ref = { patientCode: 'P_00001', laterality: Laterality.LATERALITY_LEFT, position: ViewPosition.VIEW_POSITION_CC };
    const { view } = await service.getView({ view: ref }, context);
    expect(view).toMatchObject({ ref, breastDensity: 3, images: [] });
    expect(view?.abnormalities).toMatchObject([
      { number: 1, pathology: 'MALIGNANT', assessment: 4, subtlety: 4, attributes: { 'mass shape': 'OVAL' }, inTables: true },
    ]);

    const benign = await service.listViews({ ...noFilter, pathology: 'BENIGN', laterality: Laterality.LATERALITY_RIGHT }, context);
    expect(benign.views?.map((found) => found.ref?.patientCode)).toEqual(['P_00002']);
    expect(await service.listRepairs({ kind: '', pageSize: 0, pageToken: '' }, context)).toEqual({ repairs: [], nextPageToken: '' });
  });

  test.each([
    ['page_size', () => open().listPatients({ pageSize: 1001, pageToken: '' }, context)],
    ['page_token', () => open().listViews({ ...noFilter, pageToken: 'nonsense' }, context)],
    ['view', () => open().getView({ view: undefined }, context)],
    ['view.patient_code', () => open().getView({ view: { patientCode: 'x', laterality: 1, position: 1 } }, context)],
    ['file_name', () => open().importTable({ fileName: '', csv: table }, context)],
  ])('refuses a bad %s by its name', async (field, call) => {
    await expect(call()).rejects.toMatchObject({ kind: 'invalid', field });
  });

  test.each([new Uint8Array(0), Uint8Array.of(0xff, 0xfe, 0xfd), Buffer.from('no,table\n1,2')])(
    'answers what is no table with the problem, and keeps nothing of it',
    async (csv) => {
      for (const _again of [1, 2]) {
        const answer = await open().importTable({ fileName: 'a.csv', csv }, context);
        expect(answer).toEqual({ rows: 0, problems: [expect.stringContaining('a.csv')], alreadyImported: false });
      }
    },
  );

  test('a table of several batches that breaks off is not taken, and a repeat does the rest', async () => {
    const [header, row = ''] = table.toString().split('\n');
    const rows = Array.from({ length: 5200 }, (_, index) => row.replaceAll('P_00001', `P_${String(30_000 + index)}`));
    const csv = Buffer.from([header, ...rows].join('\n'));
    const fileName = 'mass_case_description_train_set.csv';
    const { ports } = openRestructurerBench(catalogue, []);
    let commits = 0;
    const breaking = catalogueService({
      ...ports,
      commit: (cause, effect) => {
        commits += 1;
        return commits === 2 ? Promise.reject(new Error('the service was killed')) : ports.commit(cause, effect);
      },
    });
    const before = (await catalogue.counts()).abnormalities;
    await expect(breaking.importTable({ fileName, csv }, context)).rejects.toThrow('killed');
    expect((await catalogue.counts()).abnormalities).toBeLessThan(before + 5200);
    expect(await catalogue.tableImported(sha256Of(csv))).toBe(false);
    expect(await open().importTable({ fileName, csv }, context)).toEqual({ rows: 5200, problems: [], alreadyImported: false });
    expect((await catalogue.counts()).abnormalities).toBe(before + 5200);
    expect(await open().importTable({ fileName, csv }, context)).toMatchObject({ alreadyImported: true });
  });

  test('a view that is not there is not found', async () => {
    const view = { patientCode: 'P_99999', laterality: Laterality.LATERALITY_LEFT, position: ViewPosition.VIEW_POSITION_CC };
    await expect(open().getView({ view }, context)).rejects.toThrow(/P_99999_LEFT_CC/);
  });
});

const tables = join(import.meta.dirname, '../../../../../shared/data/cbis-csv');
describe.skipIf(!existsSync(tables))('the four tables of CBIS-DDSM (skipped where ../shared/data is absent)', () => {
  test('are taken in seconds', async () => {
    const { service } = openRestructurerBench(catalogue, []);
    const startedMs = performance.now();
    let rows = 0;
    for (const name of [
      'mass_case_description_train',
      'mass_case_description_test',
      'calc_case_description_train',
      'calc_case_description_test',
    ]) {
      const fileName = `${name}_set.csv`;
      const response = await service.importTable({ fileName, csv: readFileSync(join(tables, fileName)) }, context);
      rows += response.rows ?? 0;
    }
    const wallMs = performance.now() - startedMs;
    console.info(`3,568 rows taken in ${wallMs.toFixed(0)} ms`);
    expect(rows).toBe(3568);
    expect((await catalogue.counts()).abnormalities).toBeGreaterThanOrEqual(3568);
    // The goal is 3 s; the margin is for a machine that runs other specs beside this one.
    expect(wallMs).toBeLessThan(10_000);
  });
});
