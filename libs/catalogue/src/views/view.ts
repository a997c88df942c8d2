import type { ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import { Prisma } from '../gen/client.ts';
import type { ViewRecord } from '../records.ts';
import { readViews } from './read-views.ts';

export async function view(db: Database, ref: ViewRef): Promise<ViewRecord | undefined> {
  return (await readViews(db, Prisma.sql`"View" v WHERE v.id = ${viewIdOf(ref)}::uuid`))[0];
}
