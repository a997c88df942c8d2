import type { ModelAlias } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { Prisma } from '../gen/client.ts';
import type { ModelVersionRecord } from '../records.ts';
import { readModels } from './read-models.ts';
import { toModel } from './to-model.ts';

export async function modelOfAlias(db: Database, alias: ModelAlias): Promise<ModelVersionRecord | undefined> {
  const named = Prisma.sql`m.id = (SELECT "modelVersionId" FROM "ModelAlias" WHERE alias = ${alias})`;
  return (await readModels(db, [named], 1)).map(toModel)[0];
}
