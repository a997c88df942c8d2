import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inBatches } from './in-batches.ts';

/** Work that is held until it is let go, and the batches that it was given. */
function held() {
  const batches: (readonly number[])[] = [];
  const gates: (() => void)[] = [];
  const work = async (items: readonly number[]): Promise<(item: number) => string> => {
    batches.push(items);
    await new Promise<void>((resolve) => gates.push(resolve));
    return String;
  };
  return { batches, work, letGo: () => gates.shift()?.() };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('a lone item goes at once; what comes meanwhile goes together, in its order, up to the size', async () => {
  const { batches, work, letGo } = held();
  const run = inBatches({ maxSize: 3, maxRunning: 1, work });
  const results = [run(0)];
  await turn();
  expect(batches).toEqual([[0]]);
  results.push(...[1, 2, 3, 4].map(run));
  await turn();
  expect(batches).toEqual([[0]]);
  letGo();
  await turn();
  expect(batches).toEqual([[0], [1, 2, 3]]);
  letGo();
  await turn();
  letGo();
  expect(await Promise.all(results)).toEqual(['0', '1', '2', '3', '4']);
  expect(batches).toEqual([[0], [1, 2, 3], [4]]);
});

test('no more batches are under way than allowed', async () => {
  const { batches, work, letGo } = held();
  const run = inBatches({ maxSize: 1, maxRunning: 2, work });
  const results = Promise.all([1, 2, 3].map(run));
  await turn();
  expect(batches).toEqual([[1], [2]]);
  letGo();
  await turn();
  expect(batches).toEqual([[1], [2], [3]]);
  letGo();
  letGo();
  expect(await results).toEqual(['1', '2', '3']);
});

test('a batch that fails is the failure of its own items, one that throws for an item of that one; the next batches run', async () => {
  const run = inBatches<number, number>({
    maxSize: 2,
    maxRunning: 1,
    work: (items) => {
      if (items.includes(1)) return Promise.reject(new Error('batch'));
      return Promise.resolve((item) => {
        if (item === 3) throw new Error('item');
        return item;
      });
    },
  });
  const settled = await Promise.allSettled([0, 1, 2, 3, 4].map(run));
  expect(settled.map((it) => (it.status === 'fulfilled' ? it.value : (it.reason as Error).message))).toEqual([
    'batch',
    'batch',
    2,
    'item',
    4,
  ]);
});

test('each item is worked on once and gets its own result, whatever comes when', async () => {
  const waves = fc.array(fc.nat({ max: 7 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(waves, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }), async (sizes, maxSize, maxRunning) => {
      const seen: number[] = [];
      let running = 0;
      const run = inBatches<number, string>({
        maxSize,
        maxRunning,
        work: async (items) => {
          running += 1;
          expect(running).toBeLessThanOrEqual(maxRunning);
          expect(items.length).toBeLessThanOrEqual(maxSize);
          seen.push(...items);
          await turn();
          running -= 1;
          return String;
        },
      });
      const results: Promise<string>[] = [];
      for (const size of sizes) {
        for (let at = 0; at < size; at += 1) results.push(run(results.length));
        await turn();
      }
      const items = [...results.keys()];
      expect(await Promise.all(results)).toEqual(items.map(String));
      expect(seen).toEqual(items);
    }),
    { numRuns: 30 },
  );
});
