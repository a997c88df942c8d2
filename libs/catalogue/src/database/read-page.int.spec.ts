import { newUuid } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue, Page, PageRequest } from '../index.ts';
import { blobOf, caseOf, modelOf, newImage, queueRun, tableRow, unknownImage, useCatalogue } from '../spec-fixtures.ts';

const importId = newUuid();
const cases = [1, 2, 3].flatMap((patient) =>
  ['LEFT_CC', 'LEFT_MLO', 'RIGHT_CC'].map(
    (breast) => `${patient === 2 ? 'Calc-Test' : 'Mass-Training'}_P_0000${String(patient)}_${breast}`,
  ),
);

async function fill(catalogue: Catalogue): Promise<void> {
  await catalogue.transaction(async (tx) => {
    await tx.saveTableRows(
      [...cases].reverse().map((name) => tableRow(name, 1, { pathology: name.includes('CC') ? 'BENIGN' : 'MALIGNANT' })),
    );
    await tx.saveImport({ id: importId, directory: '/data' });
    for (const name of cases) {
      await tx.saveImage(newImage(name, 'FULL'));
      await tx.saveImage(newImage(name, 'MASK', 1));
      await tx.saveImage(newImage(name, 'MASK', 1, `${name}/second.dcm`));
      await tx.saveImage(unknownImage(`${name}/unknown.dcm`));
      await tx.saveRepair({ kind: name.includes('Mass') ? 'name-clash' : 'missing-description', subject: name, was: 'a', now: 'b' });
      const file = {
        importId,
        sourcePath: name,
        sizeBytes: 1,
        modifiedMs: 1.5,
        inode: undefined,
        sha256: blobOf(name).sha256,
        reason: undefined,
        detail: undefined,
      };
      await tx.saveSourceFiles([{ ...file, path: `/data/${name}`, outcome: name.includes('MLO') ? 'REJECTED' : 'STORED' }]);
      const event = { topic: 't', key: 'k', source: 's', traceparent: undefined, payload: new Uint8Array(), eventTime: new Date(0) };
      await tx.saveDeadLetter({ stage: 'a', eventId: newUuid(), ...event, errorKind: 'bug', error: 'e', attempts: 1 });
    }
  });
  for (let run = 0; run < 3; run += 1) {
    const runId = await queueRun(catalogue);
    const model = modelOf(runId);
    await catalogue.transaction(async (tx) => {
      await tx.insertModelVersion(model);
      for (const name of cases.slice(0, 3)) {
        const { view, kind } = caseOf(name);
        const measures = { rows: 4, columns: 3, probability: 0.9, threshold: 0.5, areaPx: 7, areaMm2: undefined };
        const region = { contour: [0, 0, 1, 1], areaPx: 7, areaMm2: undefined, probability: 0.9 };
        const keys = { id: newUuid(), view, abnormalityKind: kind, modelVersionId: model.id, preparedInputsHash: blobOf('inputs').sha256 };
        await tx.savePrediction({
          ...keys,
          mask: blobOf('mask'),
          ...measures,
          regions: [region],
          score: { dice: 0.5, iou: 0.3, truthAreaPx: 9 },
          uncertainty: { value: 0.2, isAbstained: true, map: blobOf('map') },
        });
      }
    });
  }
}

async function readAll<Row>(list: (page: PageRequest) => Promise<Page<Row>>, pageSize: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let pageToken: string | undefined;
  do {
    const page = await list({ pageSize, pageToken });
    expect(page.rows.length).toBeLessThanOrEqual(pageSize);
    rows.push(...page.rows);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return rows;
}

describe('lists', () => {
  const catalogue = useCatalogue(createTestDatabase);
  beforeAll(() => fill(catalogue()));

  const lists: Readonly<Record<string, { list: (page: PageRequest) => Promise<Page<unknown>>; rows: number }>> = {
    images: { list: (page) => catalogue().listImages(page), rows: 36 },
    views: { list: (page) => catalogue().listViews({}, page), rows: 9 },
    'views of a kind': { list: (page) => catalogue().listViews({ kind: 'MASS' }, page), rows: 6 },
    'views of a split': { list: (page) => catalogue().listViews({ split: 'TRAINING' }, page), rows: 6 },
    'views of a pathology': { list: (page) => catalogue().listViews({ pathology: 'BENIGN' }, page), rows: 6 },
    'views of a position': { list: (page) => catalogue().listViews({ position: 'CC' }, page), rows: 6 },
    'views of patients': { list: (page) => catalogue().listViews({ patients: [caseOf(cases[0] ?? '').view.patient] }, page), rows: 3 },
    patients: { list: (page) => catalogue().listPatients(page), rows: 3 },
    'repairs of a kind': { list: (page) => catalogue().listRepairs('name-clash', page), rows: 6 },
    'predictions of a patient': {
      list: (page) => catalogue().listPredictions({ patient: caseOf(cases[0] ?? '').view.patient }, page),
      rows: 9,
    },
    repairs: { list: (page) => catalogue().listRepairs(undefined, page), rows: 9 },
    'source files': { list: (page) => catalogue().listSourceFiles(undefined, page), rows: 9 },
    models: { list: (page) => catalogue().listModels(page), rows: 3 },
    predictions: { list: (page) => catalogue().listPredictions({}, page), rows: 9 },
    'dead letters': { list: (page) => catalogue().deadLetters(page), rows: 9 },
  };

  it.each(Object.entries(lists))(
    'of %s give every row once, in one order, whatever the size of the page',
    async (_name, { list, rows }) => {
      const whole = await list({ pageSize: 1000, pageToken: undefined });
      expect(whole.rows).toHaveLength(rows);
      expect(whole.nextPageToken).toBeUndefined();
      expect(await readAll(list, 1)).toEqual(whole.rows);
      expect(await readAll(list, rows - 1)).toEqual(whole.rows);
      expect(await readAll(list, rows)).toEqual(whole.rows);
    },
  );

  it('are in the order of names and keys', async () => {
    const { rows } = await catalogue().listImages({ pageSize: 4, pageToken: undefined });
    expect(rows.map((image) => [image.case?.patient, image.kind, image.variant])).toEqual([
      ['P_00002', 'FULL', 1],
      ['P_00002', 'MASK', 1],
      ['P_00002', 'MASK', 2],
      ['P_00002', 'FULL', 1],
    ]);
    const patients = await catalogue().listPatients({ pageSize: 1, pageToken: undefined });
    expect(patients.rows).toEqual([{ code: 'P_00001', views: 3, abnormalities: 3 }]);
  });

  it('are filtered', async () => {
    const page = { pageSize: 100, pageToken: undefined };
    const views = async (filter: Parameters<Catalogue['listViews']>[0]) => (await catalogue().listViews(filter, page)).rows.length;
    expect(await views({ kind: 'MASS' })).toBe(6);
    expect(await views({ kind: 'CALCIFICATION', split: 'TEST' })).toBe(3);
    expect(await views({ kind: 'MASS', split: 'TEST' })).toBe(0);
    expect(await views({ laterality: 'LEFT', position: 'CC' })).toBe(3);
    expect(await views({ pathology: 'MALIGNANT', kind: 'MASS' })).toBe(2);
    expect((await catalogue().listRepairs('name-clash', page)).rows).toHaveLength(6);
    expect((await catalogue().listSourceFiles('REJECTED', page)).rows).toHaveLength(3);
    const { view } = caseOf(cases[0] ?? '');
    expect((await catalogue().listPredictions({ view }, page)).rows).toHaveLength(3);
    expect((await catalogue().listPredictions({ patient: caseOf(cases[3] ?? '').view.patient }, page)).rows).toHaveLength(0);
    const [model] = (await catalogue().listModels(page)).rows;
    expect((await catalogue().listPredictions({ modelVersionId: model?.id }, page)).rows).toHaveLength(3);
    expect(await catalogue().importTotals(importId)).toEqual({ found: 9, stored: 6, duplicates: 0, rejected: 3 });
    expect(await catalogue().importTotals(newUuid())).toEqual({ found: 0, stored: 0, duplicates: 0, rejected: 0 });
  });

  it('do not show a row twice that comes in between', async () => {
    const { rows, nextPageToken } = await catalogue().listPatients({ pageSize: 2, pageToken: undefined });
    await catalogue().transaction((tx) => tx.saveImage(newImage('Mass-Training_P_00000_LEFT_CC', 'FULL')));
    const next = await catalogue().listPatients({ pageSize: 2, pageToken: nextPageToken });
    expect([...rows, ...next.rows].map((row) => row.code)).toEqual(['P_00001', 'P_00002', 'P_00003']);
  });

  it('refuse a page size out of range and a token that is not theirs', async () => {
    for (const pageSize of [0, 1001, 1.5, Number.NaN]) {
      await expect(catalogue().listViews({}, { pageSize, pageToken: undefined })).rejects.toMatchObject({
        kind: 'invalid',
        field: 'page_size',
      });
    }
    const { nextPageToken } = await catalogue().listPatients({ pageSize: 1, pageToken: undefined });
    for (const pageToken of [
      '',
      'nonsense',
      `${nextPageToken ?? ''}x`,
      Buffer.from('{"list":"views","key":1}').toString('base64url'),
      nextPageToken,
    ]) {
      await expect(catalogue().listViews({}, { pageSize: 1, pageToken: pageToken ?? '' })).rejects.toMatchObject({
        kind: 'invalid',
        field: 'page_token',
      });
    }
  });
});
