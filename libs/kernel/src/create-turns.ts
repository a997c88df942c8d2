/** Who starts waits for a turn, and gives it back. */
export interface Turns {
  /** Resolves in the order of the calls, once fewer than so many have a turn; at once where the signal aborts. Gives the turn back when called. */
  readonly take: (signal: AbortSignal) => Promise<() => void>;
}

/** Lets a few at a time do what is dear: start a process, hold a file in memory. */
export function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  const next = (): void => {
    while (free > 0 && waiting.length > 0) {
      free -= 1;
      waiting.shift()?.();
    }
  };
  return {
    take: async (signal) => {
      const turn = new Promise<void>((resolve) => waiting.push(resolve));
      next();
      const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>();
      const onAbort = (): void => {
        abort(undefined);
      };
      signal.addEventListener('abort', onAbort);
      if (!signal.aborted) await Promise.race([turn, aborted]);
      signal.removeEventListener('abort', onAbort);
      let isBack = false;
      const giveBack = (): void => {
        if (isBack) return;
        isBack = true;
        free += 1;
        next();
      };
      return () => void turn.then(giveBack);
    },
  };
}
