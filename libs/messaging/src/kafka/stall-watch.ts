export interface StallWatchOptions {
  /** Time without any progress, while there is work, after which a consumer counts as stalled. */
  readonly stallMs: number;
  readonly nowMs: () => number;
  /** Grows with every message taken. */
  readonly progress: () => number;
  /** Is there work that the consumer should be taking? Asked only while nothing moves. */
  readonly isBehind: () => Promise<boolean>;
  readonly restart: () => Promise<void>;
}

/**
 * After a broker's restart a kafkajs consumer may live, be a member of its group, and fetch nothing any more. Nobody is told; the one sign is
 * that events wait and none come. The returned function looks once, and restarts the consumer where that has lasted.
 */
export function createStallWatch(options: StallWatchOptions): () => Promise<void> {
  let seen = -1;
  let behindSinceMs: number | undefined;
  return async () => {
    const progress = options.progress();
    if (progress !== seen || !(await options.isBehind())) {
      seen = progress;
      behindSinceMs = undefined;
      return;
    }
    behindSinceMs ??= options.nowMs();
    if (options.nowMs() - behindSinceMs < options.stallMs) return;
    behindSinceMs = undefined;
    await options.restart();
  };
}
