import type { ViewColumns } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import { Prisma, type Prediction } from '../gen/client.ts';

export type PredictionRow = Prediction & ViewColumns;

/**
 * The newest predictions that meet all conditions, with their views' keys, in one statement. The limit stands in the text: Postgres must know that it is
 * small when it chooses a plan for all times.
 */
export async function readPredictions(db: Database, conditions: readonly Prisma.Sql[], limit: number): Promise<readonly PredictionRow[]> {
  return await db.$queryRaw<readonly PredictionRow[]>`
    SELECT p.id, "viewId", "abnormalityKind"::text, "modelVersionId", "preparedInputsHash", "maskSha256", "maskUri", "maskSizeBytes", rows, columns, regions,
      probability, threshold, "areaPx", "areaMm2", dice, iou, "truthAreaPx", uncertainty, "isAbstained", "uncertaintyMapSha256", "uncertaintyMapUri",
      "uncertaintyMapSizeBytes", "createdAt", "patientCode", laterality::text, position::text
    FROM (
      SELECT * FROM "Prediction" WHERE ${Prisma.join([...conditions, Prisma.sql`true`], ' AND ')}
      ORDER BY "createdAt" DESC, id DESC LIMIT ${Prisma.raw(String(limit))}
    ) AS p JOIN "View" v ON v.id = p."viewId"
    ORDER BY "createdAt" DESC, p.id DESC`;
}
