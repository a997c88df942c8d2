import { viewPrepared, type ImageCatalogued } from '@mammoline/contracts';
import { writeDicom } from '@mammoline/dicom';
import {
  decodeMaskPng,
  decodePng,
  encodeMaskPng,
  forwardPoint,
  maskArea,
  parseGeometry,
  preparationRecipe,
  recipeHash,
} from '@mammoline/imaging';
import { parseCaseName, sha256Of, type ImageKind, type Uuid } from '@mammoline/kernel';
import { openPixelWorkers, type PixelWorkers } from '@mammoline/preparation';
import type { InputMetrics } from '@mammoline/service';
import { drawBreast, openStageBench, type StageBench } from '@mammoline/testing';
import { compressDicom } from '@mammoline/testing/dicom';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { prepareImage } from './prepare-image.ts';
import { prepareView, type PrepareViewPorts } from './prepare-view.ts';

const { rows, columns } = drawBreast(1);

let bench: StageBench;
let pixels: PixelWorkers;
beforeAll(async () => {
  bench = await openStageBench();
  pixels = openPixelWorkers(2);
});
afterAll(async () => {
  await pixels.close();
  await bench.close();
});

function eventOf(caseName: string, imageKind: ImageKind, imageId?: Uuid): ImageCatalogued {
  const { patient, laterality, position, kind } = parseCaseName(caseName) ?? expect.unreachable(caseName);
  return { view: { patient, laterality, position }, abnormalityKind: kind, imageKind, imageId };
}
const inputs = { observe: vi.fn<InputMetrics['observe']>() };
const ports = () => ({ catalogue: bench.catalogue, blobs: bench.blobs, pixels, inputs });

async function saveMergedMask(caseName: string, left: number, top: number, side: number) {
  const { view, abnormalityKind } = eventOf(caseName, 'MASK');
  const data = new Uint8Array(rows * columns);
  for (let y = top; y < top + side; y += 1) data.fill(1, y * columns + left, y * columns + left + side);
  const blob = await bench.blobs.put(await encodeMaskPng({ rows, columns, data }));
  const record = { abnormalityKind, inputsHash: sha256Of(`${String(left)} ${String(top)}`), blob, rows, columns };
  await bench.catalogue.transaction((tx) => tx.saveMergedMask(view, { ...record, maskCount: 1, refusedCount: 0, areaPx: side * side }));
}

async function preparedOf(caseName: string) {
  const { view, abnormalityKind } = eventOf(caseName, 'FULL');
  return (await bench.catalogue.preparedViewOf(view, abnormalityKind)) ?? expect.unreachable('nothing prepared');
}

test('the mammogram is prepared at once; its mask makes a new revision of the same image; repeats are skipped', async () => {
  const caseName = 'Mass-Test_P_00001_LEFT_CC';
  await bench.promise(caseName, [1]);
  expect((await bench.run(prepareImage, eventOf(caseName, 'MASK'), ports())).skipped).toBe('masks come merged');
  expect((await bench.run(prepareImage, eventOf(caseName, 'FULL'), ports())).skipped).toBe('waiting for the mammogram');
  await bench.addImage(caseName, 'FULL', undefined, drawBreast(1));

  const first = await bench.run(prepareImage, eventOf(caseName, 'FULL'), ports());
  expect(first.events.map(({ payload }) => viewPrepared.decode(payload))).toMatchObject([{ revision: 1, hasMask: false }]);
  const seen = { laterality: 'LEFT', position: 'CC', breastDensity: undefined };
  expect(inputs.observe).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(seen));
  const { breastAreaShare = 0, meanIntensity = 0 } = inputs.observe.mock.lastCall?.[0] ?? {};
  // Half an ellipse with the radii 250 and 220 is 0.36 of the image; its mask is dilated by a little.
  expect(breastAreaShare).toBeCloseTo(0.39, 2);
  expect(meanIntensity).toBeGreaterThan(0.4);
  expect(meanIntensity).toBeLessThan(0.8);
  const alone = await preparedOf(caseName);
  expect(alone).toMatchObject({
    mask: undefined,
    officialSplit: 'TEST',
    recipeHash: recipeHash(preparationRecipe),
    abnormalityKind: 'MASS',
  });
  const geometry = parseGeometry(alone.geometry);
  expect(geometry).toMatchObject({ source: { rows, columns }, isFlipped: true, networkSidePx: 512 });
  const image = await decodePng(await bench.blobs.get(alone.image));
  expect([image.rows, image.columns]).toEqual([512, 512]);
  const plain = await decodePng(await bench.blobs.get(alone.plain ?? expect.unreachable('no plain picture')));
  expect([plain.rows, plain.columns]).toEqual([512, 512]);
  expect(plain.data).not.toEqual(image.data);
  const brightness = (x: number, y: number): number => {
    const at = forwardPoint({ x, y }, geometry);
    return image.data[Math.round(at.y) * 512 + Math.round(at.x)] ?? Number.NaN;
  };
  expect(brightness(380, 300)).toBeGreaterThan(100);
  expect(brightness(60, 300)).toBeLessThan(10);

  await saveMergedMask(caseName, 250, 280, 50);
  const event = { ...eventOf(caseName, 'MASK'), mergedMaskId: alone.id, revision: 1 };
  const run = vi.spyOn(pixels, 'run');
  const second = await bench.run(prepareView, event, ports());
  expect(run.mock.calls.map(([task]) => task)).toEqual(['mask']);
  expect(inputs.observe).toHaveBeenCalledTimes(1);
  run.mockRestore();
  expect(second.events.map(({ payload }) => viewPrepared.decode(payload))).toMatchObject([
    { preparedViewId: alone.id, revision: 2, hasMask: true },
  ]);
  const pair = await preparedOf(caseName);
  expect(pair.image.sha256).toBe(alone.image.sha256);
  expect(pair.plain).toEqual(alone.plain);
  const mask = await decodeMaskPng(await bench.blobs.get(pair.mask ?? expect.unreachable('no mask')));
  const scale = 512 / geometry.paddedSidePx;
  expect(maskArea(mask)).toBeCloseTo((50 * scale) ** 2, -2);
  const centre = forwardPoint({ x: 275, y: 305 }, geometry);
  expect(mask.data[Math.round(centre.y) * 512 + Math.round(centre.x)]).toBe(1);
  expect((await bench.run(prepareView, event, ports())).skipped).toBe('already prepared');

  // Another mask: both are computed again, and the image comes out the same.
  await saveMergedMask(caseName, 300, 200, 20);
  await bench.run(prepareView, event, ports());
  expect(await preparedOf(caseName)).toMatchObject({ revision: 3, image: alone.image });
});

test('a mask that is merged while its mammogram is prepared is a conflict, and is there after the reload', async () => {
  const caseName = 'Calc-Training_P_00002_RIGHT_MLO';
  await bench.addImage(caseName, 'FULL', undefined, drawBreast(2));
  const put: PrepareViewPorts['blobs']['put'] = async (bytes) => {
    await saveMergedMask(caseName, 250, 280, 50);
    return bench.blobs.put(bytes);
  };
  const racing = { ...ports(), blobs: { get: bench.blobs.get.bind(bench.blobs), put } };
  await expect(bench.run(prepareView, eventOf(caseName, 'FULL'), racing)).rejects.toMatchObject({ kind: 'conflict' });
  await bench.run(prepareView, eventOf(caseName, 'FULL'), ports());
  expect((await preparedOf(caseName)).mask).toBeDefined();
});

test('a crop is prepared; a repeat writes the same', async () => {
  const caseName = 'Mass-Test_P_00003_LEFT_CC';
  const data = new Uint8Array(60 * 80).map((_, index) => (index * index) % 251);
  const crop = await bench.addImage(caseName, 'CROP', 1, { rows: 60, columns: 80, data });
  const event = eventOf(caseName, 'CROP', crop.id);
  expect((await bench.run(prepareImage, event, ports())).skipped).toBeUndefined();
  const blob = (await bench.catalogue.preparedCrop(crop.id)) ?? expect.unreachable('no prepared crop');
  expect(await decodePng(await bench.blobs.get(blob))).toMatchObject({ rows: 60, columns: 60 });
  await bench.run(prepareImage, event, ports());
  expect(await bench.catalogue.preparedCrop(crop.id)).toEqual(blob);
});

test.each([
  ['constant', new Uint16Array(rows * columns).fill(7), 'found one grey value (7)'],
  ['without a breast', new Uint16Array(rows * columns).map((_, index) => (index % 997 === 0 ? 60_000 : 5)), 'found no breast'],
])('a mammogram that is %s is refused as invalid, saying what was found', async (name, data, message) => {
  const caseName = name === 'constant' ? 'Mass-Test_P_00004_LEFT_CC' : 'Mass-Test_P_00005_LEFT_CC';
  await bench.addImage(caseName, 'FULL', undefined, { rows, columns, data });
  await expect(bench.run(prepareView, eventOf(caseName, 'FULL'), ports())).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining(message) as string,
  });
});

test('a mammogram in JPEG 2000 is prepared as the uncompressed one is', async () => {
  const uids = { sopInstanceUid: '1.2.4', seriesInstanceUid: '1.2.4.1', studyInstanceUid: '1.2.4.2', patientId: 'P_00008' };
  const jpeg2000 = await compressDicom(writeDicom({ ...drawBreast(8), ...uids }), '1.2.840.10008.1.2.4.90');
  await bench.addImage('Mass-Test_P_00007_LEFT_CC', 'FULL', undefined, drawBreast(8));
  await bench.addImage('Mass-Test_P_00008_LEFT_CC', 'FULL', undefined, drawBreast(8), () => jpeg2000);
  const prepared = async (caseName: string) => {
    await bench.run(prepareImage, eventOf(caseName, 'FULL'), ports());
    return (await preparedOf(caseName)).image.sha256;
  };
  expect(await prepared('Mass-Test_P_00008_LEFT_CC')).toBe(await prepared('Mass-Test_P_00007_LEFT_CC'));
});
