import type { Database } from '../database/connect.ts';
import type { StageStatistics } from '../records.ts';

/** Durations are those of so many events, the latest of all stages: sorting all that the inbox remembers takes seconds where there are millions. */
const sampledEvents = 50_000;

/** Per stage: events taken (as far as the inbox remembers), dead letters that are open, and the median and 99th percentile of the latest durations. */
export async function stageStatistics(db: Database): Promise<readonly StageStatistics[]> {
  return await db.$queryRaw<readonly StageStatistics[]>`
    SELECT stage, coalesce(taken.count, 0)::int AS count, coalesce(dead.failures, 0)::int AS failures,
      coalesce(latest.median, 0) AS "wallMsMedian", coalesce(latest.p99, 0) AS "wallMsP99"
    FROM (SELECT stage, count(*) AS count FROM "Inbox" GROUP BY stage) taken
    LEFT JOIN (
      SELECT stage, percentile_cont(0.5) WITHIN GROUP (ORDER BY "wallMs") AS median, percentile_cont(0.99) WITHIN GROUP (ORDER BY "wallMs") AS p99
      FROM (SELECT stage, "wallMs" FROM "Inbox" ORDER BY "processedAt" DESC LIMIT ${sampledEvents}) AS sample GROUP BY stage
    ) latest USING (stage)
    FULL JOIN (SELECT stage, count(*) AS failures FROM "DeadLetter" WHERE "replayedAt" IS NULL GROUP BY stage) dead USING (stage)
    ORDER BY stage`;
}
