/** Who starts waits for a turn, and gives it back. */
export interface StartTurns {
  /** Resolves in the order of the calls, once fewer than so many have a turn; at once where the signal aborts. Gives the turn back when called. */
  readonly take: (signal: AbortSignal) => Promise<() => void>;
}

/**
 * Lets a few processes start at a time. A service that starts computes for seconds; a dozen at once on two cores make each other wait for longer than a
 * service waits for Postgres, Kafka and the store, so that none would ever come up.
 */
export function createStartTurns(atOnce: number): StartTurns {
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
      const aborted = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      if (!signal.aborted) await Promise.race([turn, aborted]);
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
