import { maskMerged, type ImageCatalogued } from '@mammoline/contracts';
import { decodeMaskPng, maskArea, type Mask } from '@mammoline/imaging';
import { parseCaseName } from '@mammoline/kernel';
import { openStageBench, type StageBench, type StageRun } from '@mammoline/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeMasks } from './merge-masks.ts';

let bench: StageBench;
beforeAll(async () => {
  bench = await openStageBench();
});
afterAll(async () => {
  await bench.close();
});

const rows = 60;
const columns = 40;

/** A DICOM mask (0 and 255) with a rectangle of foreground. */
function rectangle(left: number, top: number, width: number, height: number, size = { rows, columns }) {
  const data = new Uint8Array(size.rows * size.columns);
  for (let y = top; y < top + height; y += 1) data.fill(255, y * size.columns + left, y * size.columns + left + width);
  return { ...size, data };
}
const mammogram = (seed: number) => ({ rows, columns, data: new Uint16Array(rows * columns).fill(seed) });

function eventOf(caseName: string): ImageCatalogued {
  const parts = parseCaseName(caseName) ?? expect.unreachable(caseName);
  const { patient, laterality, position, kind } = parts;
  return { view: { patient, laterality, position }, abnormalityKind: kind, imageKind: 'MASK', imageId: undefined };
}
const merge = (caseName: string): Promise<StageRun> => bench.run(mergeMasks, eventOf(caseName), bench);
async function mergedOf(caseName: string) {
  const { view, abnormalityKind } = eventOf(caseName);
  const record = (await bench.catalogue.mergedMask(view, abnormalityKind)) ?? expect.unreachable('no merged mask');
  return { record, mask: await decodeMaskPng(await bench.blobs.get(record.blob)) };
}
const repairsOf = async (caseName: string) =>
  (await bench.catalogue.listRepairs(undefined, { pageSize: 100, pageToken: undefined })).rows.filter(({ subject }) =>
    subject.startsWith(caseName),
  );
const isMarked = (mask: Mask, x: number, y: number): boolean => mask.data[y * mask.columns + x] === 1;

test('waits for all promised masks; the union does not depend on their order; a repeat is skipped', async () => {
  const unions: string[] = [];
  for (const [caseName, order] of [
    ['Mass-Training_P_00001_LEFT_CC', [1, 2]],
    ['Mass-Training_P_00002_LEFT_CC', [2, 1]],
  ] as const) {
    await bench.promise(caseName, [1, 2]);
    expect((await merge(caseName)).skipped).toBe('waiting for the mammogram');
    await bench.addImage(caseName, 'FULL', undefined, mammogram(order[0]));
    const masks = { 1: rectangle(2, 3, 10, 10), 2: rectangle(8, 9, 10, 10) };
    await bench.addImage(caseName, 'MASK', order[0], masks[order[0]]);
    expect((await merge(caseName)).skipped).toBe('waiting for 1 of 2 masks');
    // Other content of the same pixels in the two views: files are told apart by their hashes.
    await bench.addImage(caseName, 'MASK', order[1], masks[order[1]]);
    const { events } = await merge(caseName);
    const { record, mask } = await mergedOf(caseName);
    expect(events.map(({ payload }) => maskMerged.decode(payload))).toMatchObject([{ mergedMaskId: record.id, revision: 1 }]);
    expect(record).toMatchObject({ rows, columns, maskCount: 2, refusedCount: 0, areaPx: 100 + 100 - 16 });
    expect(maskArea(mask)).toBe(184);
    expect([isMarked(mask, 2, 3), isMarked(mask, 17, 18), isMarked(mask, 17, 3)]).toEqual([true, true, false]);
    unions.push(record.blob.sha256);
    expect((await merge(caseName)).skipped).toBe('already merged');
  }
  expect(unions[0]).toBe(unions[1]);
});

test('a late mask makes a new revision', async () => {
  const caseName = 'Calc-Test_P_00003_RIGHT_MLO';
  await bench.addImage(caseName, 'FULL', undefined, mammogram(3));
  await bench.addImage(caseName, 'MASK', 1, rectangle(0, 0, 5, 5));
  await merge(caseName);
  await bench.addImage(caseName, 'MASK', 2, rectangle(30, 30, 5, 5));
  const { events } = await merge(caseName);
  expect(events.map(({ payload }) => maskMerged.decode(payload).revision)).toEqual([2]);
  expect((await mergedOf(caseName)).record).toMatchObject({ revision: 2, maskCount: 2, areaPx: 50 });
});

test('a mask that comes while others are merged is a conflict, not a lost mask', async () => {
  const caseName = 'Mass-Test_P_00004_LEFT_MLO';
  await bench.addImage(caseName, 'FULL', undefined, mammogram(4));
  await bench.addImage(caseName, 'MASK', 1, rectangle(0, 0, 6, 6));
  const put: typeof bench.blobs.put = async (bytes) => {
    await bench.addImage(caseName, 'MASK', 2, rectangle(20, 20, 6, 6));
    return bench.blobs.put(bytes);
  };
  const ports = { catalogue: bench.catalogue, blobs: { get: bench.blobs.get.bind(bench.blobs), put } };
  await expect(bench.run(mergeMasks, eventOf(caseName), ports)).rejects.toMatchObject({ kind: 'conflict' });
  await merge(caseName);
  expect((await mergedOf(caseName)).record).toMatchObject({ revision: 1, maskCount: 2, areaPx: 72 });
});

test('a mask of another size is resampled where its shape agrees, and refused where not; both are named', async () => {
  const caseName = 'Mass-Training_P_00005_LEFT_CC';
  await bench.addImage(caseName, 'FULL', undefined, mammogram(5));
  await bench.addImage(caseName, 'MASK', 1, rectangle(10, 20, 20, 40, { rows: 2 * rows, columns: 2 * columns }));
  await bench.addImage(caseName, 'MASK', 2, rectangle(0, 0, 40, 40, { rows: 50, columns: 50 }));
  await merge(caseName);
  const { record, mask } = await mergedOf(caseName);
  expect(record).toMatchObject({ rows, columns, maskCount: 1, refusedCount: 1, areaPx: 200 });
  expect([isMarked(mask, 5, 10), isMarked(mask, 14, 29), isMarked(mask, 15, 29), isMarked(mask, 4, 10)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(await repairsOf(caseName)).toMatchObject([
    { kind: 'mask-refused', subject: `${caseName}_MASK_2`, was: '50 x 50 pixels, the mammogram has 60 x 40: another shape' },
    { kind: 'mask-resampled', subject: `${caseName}_MASK_1`, was: '120 x 80 pixels', now: '60 x 40 pixels, as the mammogram' },
  ]);
});

test('a mask without readable pixels is left out and named; with no other there is no union', async () => {
  const cut = (file: Uint8Array): Uint8Array => file.subarray(0, file.length - 100);
  const caseName = 'Mass-Training_P_00006_LEFT_CC';
  await bench.addImage(caseName, 'FULL', undefined, mammogram(6));
  await bench.addImage(caseName, 'MASK', 1, rectangle(0, 0, 9, 9), cut);
  expect(await merge(caseName)).toEqual({ skipped: undefined, events: [] });
  expect(await repairsOf(caseName)).toMatchObject([
    { kind: 'mask-unreadable', subject: `${caseName}_MASK_1`, now: 'left out of the union' },
  ]);
  const { view, abnormalityKind } = eventOf(caseName);
  expect(await bench.catalogue.mergedMask(view, abnormalityKind)).toBeUndefined();

  await bench.addImage(caseName, 'MASK', 2, rectangle(0, 0, 7, 7));
  await merge(caseName);
  expect((await mergedOf(caseName)).record).toMatchObject({ maskCount: 1, refusedCount: 1, areaPx: 49 });
});

test('a store that does not answer is no reason to leave a mask out', async () => {
  const caseName = 'Mass-Training_P_00007_LEFT_CC';
  await bench.addImage(caseName, 'FULL', undefined, mammogram(7));
  await bench.addImage(caseName, 'MASK', 1, rectangle(0, 0, 9, 9));
  const away = new Error('the disk is away');
  const ports = {
    catalogue: bench.catalogue,
    blobs: { ...bench.blobs, put: bench.blobs.put.bind(bench.blobs), get: () => Promise.reject(away) },
  };
  await expect(bench.run(mergeMasks, eventOf(caseName), ports)).rejects.toThrow('the disk is away');
  expect(await repairsOf(caseName)).toEqual([]);
});

test('a constant mask of zeros is an empty mask', async () => {
  const caseName = 'Mass-Training_P_00008_LEFT_CC';
  await bench.addImage(caseName, 'FULL', undefined, mammogram(8));
  await bench.addImage(caseName, 'MASK', 1, rectangle(0, 0, 0, 0));
  await merge(caseName);
  expect((await mergedOf(caseName)).record).toMatchObject({ maskCount: 1, areaPx: 0 });
});
