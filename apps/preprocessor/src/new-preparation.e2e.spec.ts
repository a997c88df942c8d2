import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { preparationRecipe, recipeHash } from '@mammoline/imaging';
import { parseCaseName, sha256Of, sleep } from '@mammoline/kernel';
import { drawBreast, openStageBench, startService } from '@mammoline/testing';
import { expect, onTestFinished, test, vi } from 'vitest';

test('a catalogue that an older version prepared is prepared anew; what can not be is one dead letter, however often the service starts', async () => {
  const bench = await openStageBench();
  onTestFinished(() => bench.close());
  const { catalogue, blobs, postgresUrl, directory } = bench;
  const whole = ['Mass-Training_P_00001_LEFT_CC', 'Mass-Training_P_00002_RIGHT_MLO'];
  const cut = 'Mass-Training_P_00003_LEFT_CC';
  for (const caseName of [...whole, cut]) {
    const { kind, split, ...view } = parseCaseName(caseName) ?? expect.unreachable(caseName);
    await bench.addImage(caseName, 'FULL', undefined, drawBreast(1), (file) => (caseName === cut ? file.subarray(0, 2000) : file));
    const image = await blobs.put(new TextEncoder().encode(caseName));
    const made = { geometry: {}, image, plain: undefined, mask: undefined };
    const hashes = { inputsHash: sha256Of(caseName), recipeHash: sha256Of('an older recipe') };
    await catalogue.transaction((tx) => tx.savePreparedView({ view, abnormalityKind: kind, officialSplit: split, ...made, ...hashes }));
  }
  const preparedOf = async (caseName: string) => {
    const { kind, ...view } = parseCaseName(caseName) ?? expect.unreachable(caseName);
    return (await catalogue.preparedViewOf(view, kind)) ?? expect.unreachable(caseName);
  };
  const logFile = join(directory, 'log');
  const timesAsked = async () => (await readFile(logFile, 'utf8')).split('asked for new preparation').length - 1;
  const start = async () => {
    const service = await startService(
      join(import.meta.dirname, 'main.ts'),
      {},
      { postgresUrl, directory, logFile, environment: { MAMMOLINE_LOG_LEVEL: 'info' } },
    );
    onTestFinished(() => service.stop());
    return service;
  };

  const service = await start();
  await vi.waitFor(async () => expect(await catalogue.openDeadLetters()).toEqual([{ stage: 'preprocessor', count: 1 }]), {
    timeout: 60_000,
  });
  await vi.waitFor(
    async () => {
      for (const caseName of whole) {
        const prepared = await preparedOf(caseName);
        expect(prepared).toMatchObject({ revision: 2, recipeHash: recipeHash(preparationRecipe) });
        expect(prepared.plain).toBeDefined();
      }
    },
    { timeout: 60_000 },
  );
  expect(await preparedOf(cut)).toMatchObject({ revision: 1, recipeHash: sha256Of('an older recipe') });
  expect(await timesAsked()).toBe(1);
  await service.stop();

  await start();
  await vi.waitFor(async () => expect(await timesAsked()).toBe(2), { timeout: 60_000 });
  await vi.waitFor(async () => expect(await catalogue.outboxDepth()).toBe(0), { timeout: 60_000 });
  // Time for an event too many to be given up.
  await sleep(1000);
  const letters = (await catalogue.deadLetters({ pageSize: 10, pageToken: undefined })).rows;
  expect(letters.map(({ attempts, stage }) => ({ attempts, stage }))).toEqual([{ attempts: 1, stage: 'preprocessor' }]);
});
