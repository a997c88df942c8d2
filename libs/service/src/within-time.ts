import { unavailable } from '@mammoline/kernel';

/**
 * Runs work under a time limit: its signal aborts when the time is over or the caller's signal aborts, and then this rejects at once, even where
 * the work does not listen.
 * @throws Failure unavailable when the time is over; the caller's reason when its signal aborts.
 */
export async function withinTime<T>(
  limitMs: number,
  what: string,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const abort = new AbortController();
  const over = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    abort.abort(reason);
    over.reject(reason);
  };
  const timer = setTimeout(() => {
    end(unavailable(`${what} took more than ${String(limitMs)} ms: look for what it waits for, or raise its time limit`));
  }, limitMs);
  // Not AbortSignal.any: it costs more than all else here, and each event of a partition would leave something behind at the partition's signal.
  const onAbort = (): void => {
    end(outer.reason);
  };
  outer.addEventListener('abort', onAbort);
  try {
    return await Promise.race([work(abort.signal), over.promise]);
  } catch (error) {
    // What work throws because it was aborted is a consequence; the reason is why.
    abort.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', onAbort);
  }
}
