/** Runs a function over items, a few at a time; the results are in the order of the items. The first error stops the taking of further items. */
export async function mapInOrder<Item, Output>(
  items: readonly Item[],
  concurrency: number,
  run: (item: Item) => Promise<Output>,
): Promise<readonly Output[]> {
  const results = new Map<number, Output>();
  const queue = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results.set(index, await run(item));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: concurrency }, work));
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
