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
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(unavailable(`${what} took more than ${String(limitMs)} ms: look for what it waits for, or raise its time limit`));
  }, limitMs);
  const signal = AbortSignal.any([limit.signal, outer]);
  const over = Promise.withResolvers<never>();
  const onAbort = (): void => {
    over.reject(signal.reason as Error);
  };
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', onAbort);
    return await Promise.race([work(signal), over.promise]);
  } catch (error) {
    // What work throws because it was aborted is a consequence; the reason is why.
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
