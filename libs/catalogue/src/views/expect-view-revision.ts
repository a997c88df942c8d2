import { conflict, viewKey, type ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';

/** Locks the view for the rest of the transaction. @throws Failure conflict where its revision is another one */
export async function expectViewRevision(db: Database, view: ViewRef, revision: number): Promise<void> {
  const rows = await db.$queryRaw<readonly { revision: number }[]>`
    SELECT revision FROM "View" WHERE id = ${viewIdOf(view)}::uuid FOR UPDATE`;
  const found = rows[0]?.revision;
  if (found === revision) return;
  const state = found === undefined ? 'is not in the catalogue' : `is at revision ${String(found)}`;
  throw conflict(`view ${viewKey(view)} ${state}, and this result was computed from revision ${String(revision)}: compute it again`);
}
