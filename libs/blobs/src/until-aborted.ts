/** Passes the chunks on, and stops with the signal's reason even while the source hangs. */
export async function* untilAborted<T>(chunks: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined> {
  if (signal === undefined) {
    yield* chunks;
    return;
  }
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined); // Aborting between two chunks must not count as an unhandled rejection.
  const onAbort = (): void => {
    aborted.reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const source = chunks[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await Promise.race([source.next(), aborted.promise]);
      if (next.done === true) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: the return of a generator that hangs in a read would hang with it.
    if (!ended) void source.return?.().catch(() => undefined);
  }
}
