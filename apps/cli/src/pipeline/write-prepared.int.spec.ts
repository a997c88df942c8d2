import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePng, encodeMaskPng, encodePng, preparationRecipe, recipeHash } from '@mammoline/imaging';
import { parseCaseName, sha256Of } from '@mammoline/kernel';
import { openPixelWorkers, type PixelWorkers } from '@mammoline/preparation';
import { openStageBench, type StageBench } from '@mammoline/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writePrepared } from './write-prepared.ts';

const [rows, columns] = [600, 400];
const cases = ['Mass-Test_P_00001_LEFT_CC', 'Calc-Training_P_00002_RIGHT_MLO'];
const recipe = preparationRecipe;
const silent = { update: () => undefined, close: () => undefined };
const signal = new AbortController().signal;

let bench: StageBench;
let pixels: PixelWorkers;
let output: string;
let asked = 0;
const counting: Pick<PixelWorkers, 'run' | 'atOnce'> = {
  atOnce: 3,
  run: (...work) => {
    asked += 1;
    return pixels.run(...work);
  },
};

/** Two mammograms, one of them with a mask, and what a preprocessor would have stored of them: recognisable, so that a copy is told from a preparation. */
beforeAll(async () => {
  bench = await openStageBench();
  pixels = openPixelWorkers(2);
  output = await mkdtemp(join(tmpdir(), 'mammoline-prepared-'));
  const data = Uint16Array.from({ length: rows * columns }, (_, at) => {
    const distance = Math.hypot((Math.floor(at / columns) - 300) / 220, (at % columns) / 250);
    return distance < 1 ? 20_000 + Math.round(30_000 * (1 - distance)) : 100;
  });
  const stored = await bench.blobs.put(await encodePng({ rows: 2, columns: 2, data: Uint8Array.of(1, 2, 3, 4) }));
  for (const [index, name] of cases.entries()) {
    const { kind, split, ...view } = parseCaseName(name) ?? expect.unreachable(name);
    await bench.addImage(name, 'FULL', undefined, { rows, columns, data });
    const mask = { rows, columns, data: new Uint8Array(rows * columns).fill(1, 200 * columns, 240 * columns) };
    const merged = index === 0 ? await bench.blobs.put(await encodeMaskPng(mask)) : undefined;
    await bench.catalogue.transaction(async (tx) => {
      if (merged !== undefined) {
        const record = { abnormalityKind: kind, inputsHash: sha256Of('masks'), blob: merged, rows, columns, maskCount: 1, refusedCount: 0 };
        await tx.saveMergedMask(view, { ...record, areaPx: 40 * columns });
      }
      await tx.savePreparedView({
        view,
        abnormalityKind: kind,
        officialSplit: split,
        inputsHash: sha256Of(name),
        recipeHash: recipeHash(recipe),
        geometry: {},
        image: stored,
        plain: stored,
        mask: merged,
      });
    });
  }
});
afterAll(async () => {
  await pixels.close();
  await bench.close();
  await rm(output, { recursive: true });
});

const names = async (folder: string): Promise<string[]> => (await readdir(join(output, folder))).sort();
const sizeOf = async (path: string): Promise<readonly number[]> => {
  const { rows: height, columns: width } = await decodePng(await readFile(join(output, path)));
  return [height, width];
};
const pictures = ['Calc-Training_P_00002_RIGHT_MLO_FULL.png', 'Mass-Test_P_00001_LEFT_CC_FULL.png', 'Mass-Test_P_00001_LEFT_CC_MASK.png'];
const plain = ['Calc-Training_P_00002_RIGHT_MLO_PLAIN.png', 'Mass-Test_P_00001_LEFT_CC_PLAIN.png'];

test('what the preprocessor made by the recipe that is asked for is copied', async () => {
  expect(await writePrepared(bench, counting, { output, recipe }, silent, signal)).toEqual({ mammograms: 2, masks: 1 });
  expect(asked).toBe(0);
  expect(await names('')).toEqual(['network-size']);
  expect(await names('network-size')).toEqual([...pictures, ...plain].sort());
  expect(await sizeOf(`network-size/${pictures[0] ?? ''}`)).toEqual([2, 2]);
});

test('another recipe prepares again: with the full size, or at another size', async () => {
  expect(await writePrepared(bench, counting, { output, recipe: { ...recipe, fullSize: true } }, silent, signal)).toEqual({
    mammograms: 2,
    masks: 1,
  });
  expect(asked).toBe(2);
  expect(await names('full-size')).toEqual(pictures);
  expect(await names('network-size')).toEqual([...pictures, ...plain].sort());
  for (const name of pictures) {
    expect(await sizeOf(`network-size/${name}`)).toEqual([512, 512]);
    expect(await sizeOf(`full-size/${name}`)).toEqual([552, 552]);
  }
  for (const name of plain) expect(await sizeOf(`network-size/${name}`)).toEqual([512, 512]);
  await writePrepared(bench, counting, { output, recipe: { ...recipe, networkSidePx: 64 } }, silent, signal);
  expect(asked).toBe(4);
  expect(await sizeOf(`network-size/${pictures[1] ?? ''}`)).toEqual([64, 64]);
});
