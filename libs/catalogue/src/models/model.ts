import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { Prisma } from '../gen/client.ts';
import type { ModelVersionRecord } from '../records.ts';
import { readModels } from './read-models.ts';
import { toModel } from './to-model.ts';

export async function model(db: Database, id: Uuid): Promise<ModelVersionRecord | undefined> {
  return (await readModels(db, [Prisma.sql`m.id = ${id}::uuid`], 1)).map(toModel)[0];
}
