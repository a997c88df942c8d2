import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';

/** Has the stage taken the event, with whatever outcome? */
export async function inboxHas(db: Database, stage: string, eventId: Uuid): Promise<boolean> {
  return (await db.inbox.count({ where: { stage, eventId } })) > 0;
}
