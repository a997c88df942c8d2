import { parseUuid, type Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { plannedEachTime } from '../database/name-statements.ts';
import { Prisma } from '../gen/client.ts';

/**
 * Those of the events that the stage has taken, with whatever outcome. Planned anew each time (0.1 ms): a plan that is kept from when the inbox was small reads
 * all of it, until Postgres looks at the table's size again, a minute later or never.
 */
export async function eventsTaken(db: Database, stage: string, eventIds: readonly Uuid[]): Promise<ReadonlySet<Uuid>> {
  const rows = await db.$queryRaw<readonly { eventId: string }[]>`
    ${Prisma.raw(plannedEachTime)} SELECT "eventId" FROM "Inbox" WHERE stage = ${stage} AND "eventId" = ANY(${[...eventIds]}::uuid[])`;
  return new Set(rows.map(({ eventId }) => parseUuid(eventId)));
}
