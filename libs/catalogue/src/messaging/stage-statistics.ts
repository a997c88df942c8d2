import type { Database } from '../database/connect.ts';
import type { StageStatistics } from '../records.ts';

/** Per stage: events taken, dead letters that are open, and the median and 99th percentile of the durations. */
export async function stageStatistics(db: Database): Promise<readonly StageStatistics[]> {
  return await db.$queryRaw<readonly StageStatistics[]>`
    SELECT stage, coalesce(taken.count, 0)::int AS count, coalesce(dead.failures, 0)::int AS failures,
      coalesce(taken.median, 0) AS "wallMsMedian", coalesce(taken.p99, 0) AS "wallMsP99"
    FROM (
      SELECT stage, count(*) AS count, percentile_cont(0.5) WITHIN GROUP (ORDER BY "wallMs") AS median,
        percentile_cont(0.99) WITHIN GROUP (ORDER BY "wallMs") AS p99
      FROM "Inbox" GROUP BY stage
    ) taken
    FULL JOIN (SELECT stage, count(*) AS failures FROM "DeadLetter" WHERE "replayedAt" IS NULL GROUP BY stage) dead USING (stage)
    ORDER BY stage`;
}
