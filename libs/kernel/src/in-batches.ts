interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a function of one item out of a function of many: items that come while all batches are under way wait, and go together in the next one.
 * A batch starts when the event loop comes round, so that what comes at once goes together, and a lone item waits for nobody: batches grow with the
 * load, and there is no time to choose.
 *
 * @param options.maxSize items of a batch
 * @param options.maxRunning batches under way at once
 * @param options.work answers with a function that gives each item its result, or throws its error; where it rejects, each item of the batch does
 */
export function inBatches<Item, Result>(options: {
  readonly maxSize: number;
  readonly maxRunning: number;
  readonly work: (items: readonly Item[]) => Promise<(item: Item) => Result>;
}): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let running = 0;
  let isScheduled = false;

  const run = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const resultOf = await options.work(batch.map(({ item }) => item));
      for (const { item, resolve, reject } of batch) {
        try {
          resolve(resultOf(item));
        } catch (error) {
          reject(error);
        }
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    running -= 1;
    schedule();
  };
  const start = (): void => {
    isScheduled = false;
    while (running < options.maxRunning && waiting.length > 0) {
      running += 1;
      void run(waiting.splice(0, options.maxSize));
    }
  };
  const schedule = (): void => {
    if (isScheduled || waiting.length === 0 || running >= options.maxRunning) return;
    isScheduled = true;
    setImmediate(start);
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      schedule();
    });
}
