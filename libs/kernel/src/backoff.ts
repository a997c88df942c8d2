export interface BackoffPolicy {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Exponential backoff with equal jitter: half of the delay is fixed, half random, so that replicas that failed together do not retry together.
 * @param attempt 1 for the delay after the first failure
 * @param random uniform in [0, 1)
 */
export function backoffDelayMs(attempt: number, policy: BackoffPolicy, random: () => number): number {
  const ceilingMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(ceilingMs / 2 + (random() * ceilingMs) / 2);
}
