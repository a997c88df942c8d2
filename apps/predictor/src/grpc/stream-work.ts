import { sleep } from '@mammoline/kernel';

/** A client is told this often. */
const tellEveryMs = 500;

/** How far a piece of work is. */
export interface WorkProgress<Result> {
  readonly viewsDone: number;
  readonly views: number;
  /** In the last one. */
  readonly result: Result | undefined;
}

/** Long work with how far it is, for as long as the client listens. */
export async function* streamWork<Result>(
  work: (tell: (done: number, all: number) => void, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): AsyncGenerator<WorkProgress<Result>> {
  let [viewsDone, views] = [0, 0];
  const gone = new AbortController();
  const over = new AbortController();
  const working = work(
    (done, all) => {
      [viewsDone, views] = [done, all];
    },
    AbortSignal.any([signal, gone.signal]),
  ).finally(() => {
    over.abort();
  });
  // Awaited below; until then a client that is slow to take what it is told leaves it without anybody who listens.
  working.catch(() => undefined);
  try {
    while (!over.signal.aborted) {
      await sleep(tellEveryMs, over.signal).catch(() => undefined);
      if (views > 0) yield { viewsDone, views, result: undefined };
    }
    yield { viewsDone, views, result: await working };
  } finally {
    gone.abort(new Error('nobody waits for the result any more'));
    await working.catch(() => undefined);
  }
}
