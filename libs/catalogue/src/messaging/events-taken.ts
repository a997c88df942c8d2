import { parseUuid, type Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';

/** Those of the events that the stage has taken, with whatever outcome. */
export async function eventsTaken(db: Database, stage: string, eventIds: readonly Uuid[]): Promise<ReadonlySet<Uuid>> {
  const rows = await db.$queryRaw<readonly { eventId: string }[]>`
    SELECT "eventId" FROM "Inbox" WHERE stage = ${stage} AND "eventId" = ANY(${[...eventIds]}::uuid[])`;
  return new Set(rows.map(({ eventId }) => parseUuid(eventId)));
}
