import type { Database } from '../database/connect.ts';
import { Prisma, type ModelVersion } from '../gen/client.ts';

/** A version with what hangs on it. */
export interface ModelRow extends ModelVersion {
  readonly splitHash: string;
  /** In the order of the alphabet. */
  readonly aliases: readonly string[];
}

/** The newest versions that meet all conditions, in one statement. */
export async function readModels(db: Database, conditions: readonly Prisma.Sql[], limit: number): Promise<readonly ModelRow[]> {
  return await db.$queryRaw<readonly ModelRow[]>`
    SELECT m.id, "runId", network, "imageSize", "abnormalityKind"::text, parameters, backend, "weightsSha256", "weightsUri", "weightsSizeBytes", "recipeHash",
      "bestEpoch", "validationDice", threshold, "smallestAreaShare", "memberIds", "abstainAbove", m."createdAt", r."splitHash",
      ARRAY(SELECT alias FROM "ModelAlias" WHERE "modelVersionId" = m.id ORDER BY alias) AS aliases
    FROM "ModelVersion" m JOIN "TrainingRun" r ON r.id = m."runId"
    WHERE ${Prisma.join([...conditions, Prisma.sql`true`], ' AND ')}
    ORDER BY m."createdAt" DESC, m.id DESC LIMIT ${limit}`;
}
