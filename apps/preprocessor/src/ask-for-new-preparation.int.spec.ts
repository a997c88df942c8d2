import { imageCatalogued, type OutgoingEvent } from '@mammoline/contracts';
import { preparationRecipe, recipeHash } from '@mammoline/imaging';
import { formatCaseName, parseCaseName, sha256Of } from '@mammoline/kernel';
import { openStageBench, type StageBench } from '@mammoline/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askForNewPreparation } from './ask-for-new-preparation.ts';

let bench: StageBench;
beforeAll(async () => {
  bench = await openStageBench();
});
afterAll(() => bench.close());

const signal = new AbortController().signal;
const pixels = { rows: 8, columns: 8, data: new Uint8Array(64).map((_, at) => at) };

async function save(caseName: string, recipe: string): Promise<void> {
  const { kind, split, ...view } = parseCaseName(caseName) ?? expect.unreachable(caseName);
  await bench.addImage(caseName, 'FULL', undefined, pixels);
  const image = await bench.blobs.put(new TextEncoder().encode(caseName));
  const made = { geometry: {}, image, plain: undefined, mask: undefined, inputsHash: sha256Of(caseName) };
  await bench.catalogue.transaction((tx) =>
    tx.savePreparedView({
      view,
      abnormalityKind: kind,
      officialSplit: split,
      recipeHash: recipe === 'ours' ? recipeHash(preparationRecipe) : sha256Of(recipe),
      ...made,
    }),
  );
}

test('the views that another recipe prepared are announced, in pages, and no other; asked again, by the same ids until one is prepared', async () => {
  const older = Array.from({ length: 5 }, (_, at) => `Mass-Training_P_0000${String(at + 1)}_LEFT_CC`);
  for (const [at, name] of older.entries()) await save(name, `older ${String(at % 2)}`);
  await save('Mass-Training_P_00009_LEFT_CC', 'ours');
  const ask = async (round: number): Promise<ReadonlyMap<string, string>> => {
    const announced = new Map<string, string>();
    const ports = {
      catalogue: bench.catalogue,
      commit: async <Written>(
        cause: string,
        { write, emit }: { write: (tx: never) => Promise<Written>; emit?: (written: Written) => readonly OutgoingEvent[] },
      ): Promise<Written> => {
        const written = await write(undefined as never);
        for (const { payload } of emit?.(written) ?? []) {
          const { view, abnormalityKind, imageId } = imageCatalogued.decode(payload);
          expect(imageId).toBeUndefined();
          announced.set(cause, formatCaseName({ ...view, kind: abnormalityKind, split: 'TRAINING' }));
        }
        return written;
      },
    };
    expect(await askForNewPreparation(ports, round, signal, 2)).toBe(announced.size);
    return announced;
  };
  const first = await ask(0);
  expect([...first.values()].sort()).toEqual(older);
  expect(await ask(0)).toEqual(first);
  expect([...(await ask(1)).keys()].filter((cause) => first.has(cause))).toEqual([]);

  // Prepared by yet another version: a state of the view that was not asked about.
  const [name = expect.unreachable('none')] = older;
  await save(name, 'older still');
  const after = await ask(0);
  expect([...after.values()].sort()).toEqual(older);
  expect([...after].filter(([cause]) => !first.has(cause)).map(([, view]) => view)).toEqual([name]);
});
