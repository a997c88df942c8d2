/** Clients that are remembered; one that has been silent long enough to be allowed everything again need not be. */
const mostClients = 10_000;

export interface RateLimiter {
  /** Takes one call of the client. @returns 0 where it may go on, else in how many milliseconds the next may */
  readonly take: (client: string) => number;
}

/**
 * A token bucket a client: `burst` calls at once, `perSecond` in the long run.
 * @param nowMs a clock that never goes back
 */
export function createRateLimiter(
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  nowMs: () => number,
): RateLimiter {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const leftOf = ({ left, atMs }: { readonly left: number; readonly atMs: number }): number =>
    Math.min(burst, left + ((nowMs() - atMs) / 1000) * perSecond);
  const forget = (): void => {
    for (const [client, bucket] of buckets) if (leftOf(bucket) >= burst) buckets.delete(client);
    // Most of them are busy, or made up by one who wants to be forgotten: the oldest half goes, so that this is seldom done.
    for (const client of buckets.keys()) {
      if (buckets.size <= mostClients / 2) return;
      buckets.delete(client);
    }
  };
  return {
    take: (client) => {
      const bucket = buckets.get(client);
      if (bucket === undefined && buckets.size >= mostClients) forget();
      const left = bucket === undefined ? burst : leftOf(bucket);
      const isAllowed = left >= 1;
      buckets.set(client, { left: isAllowed ? left - 1 : left, atMs: nowMs() });
      return isAllowed ? 0 : Math.ceil(((1 - left) / perSecond) * 1000);
    },
  };
}
