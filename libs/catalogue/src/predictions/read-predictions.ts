import type { ViewColumns } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import { plannedEachTime } from '../database/name-statements.ts';
import { Prisma, type Prediction } from '../gen/client.ts';

export type PredictionRow = Prediction & ViewColumns;

/**
 * The newest predictions that meet all conditions, with their views' keys, in one statement. It is planned each time: the index for a model that has every
 * fifth prediction is not that for one with few, and a plan for all times reads all predictions to find none.
 */
export async function readPredictions(db: Database, conditions: readonly Prisma.Sql[], limit: number): Promise<readonly PredictionRow[]> {
  return await db.$queryRaw<readonly PredictionRow[]>`
    ${Prisma.raw(plannedEachTime)} SELECT p.id, "viewId", "abnormalityKind"::text, "modelVersionId", "preparedInputsHash", "maskSha256", "maskUri", "maskSizeBytes", rows, columns, regions,
      probability, threshold, "areaPx", "areaMm2", dice, iou, "truthAreaPx", uncertainty, "isAbstained", "uncertaintyMapSha256", "uncertaintyMapUri",
      "uncertaintyMapSizeBytes", "createdAt", "patientCode", laterality::text, position::text
    FROM (
      SELECT * FROM "Prediction" WHERE ${Prisma.join([...conditions, Prisma.sql`true`], ' AND ')}
      ORDER BY "createdAt" DESC, id DESC LIMIT ${limit}
    ) AS p JOIN "View" v ON v.id = p."viewId"
    ORDER BY "createdAt" DESC, p.id DESC`;
}
