import { describeError, sleep } from '@mammoline/kernel';
import { pruneEvents } from '@mammoline/messaging';
import type { Logger } from 'pino';

const firstAfterMs = 30_000;
const everyMs = 3_600_000;

/**
 * Deletes old events every hour until the signal aborts. Every service does it; of several at once one does. A failure is said and tried again an hour later: nothing
 * but disk depends on it.
 * @param random uniform in [0, 1): services that started together take turns
 */
export async function runRetention(options: {
  readonly url: string;
  /** 0 keeps everything. */
  readonly retentionDays: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly random: () => number;
}): Promise<void> {
  const { url, retentionDays, log, signal, random } = options;
  if (retentionDays === 0) return;
  for (let waitMs = firstAfterMs; ; waitMs = everyMs) {
    try {
      await sleep(waitMs * (1 + random()), signal);
      const pruned = await pruneEvents({ url, retentionDays, signal });
      if (pruned !== undefined && Object.values(pruned).some((count) => count > 0)) log.info(pruned, 'old events were deleted');
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: describeError(error) }, 'old events could not be deleted; trying again in an hour');
    }
  }
}
