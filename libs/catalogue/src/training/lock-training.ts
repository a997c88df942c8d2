import type { Database } from '../database/connect.ts';

/** Whoever takes, extends or gives back a training lease waits here for the others until its transaction ends. */
export async function lockTraining(db: Database): Promise<void> {
  await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('mammoline training lease', 0))::text`;
}
