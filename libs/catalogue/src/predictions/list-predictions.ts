import { lateralities, viewPositions, type PatientCode, type Uuid } from '@mammoline/kernel';
import type { PredictionFilter } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import { createdKey, earlierThan, mapPage, readPage } from '../database/read-page.ts';
import { Prisma } from '../gen/client.ts';
import type { Page, PageRequest, PredictionRecord } from '../records.ts';
import { readPredictions } from './read-predictions.ts';
import { toPrediction } from './to-prediction.ts';

/** The newest first, by the time of the last save. */
export async function listPredictions(db: Database, filter: PredictionFilter, page: PageRequest): Promise<Page<PredictionRecord>> {
  const { patient, view, modelVersionId } = filter;
  const conditions = [
    ...(patient === undefined ? [] : [Prisma.sql`"viewId" = ANY(${viewIdsOf(patient)}::uuid[])`]),
    ...(view === undefined ? [] : [Prisma.sql`"viewId" = ${viewIdOf(view)}::uuid`]),
    ...(modelVersionId === undefined ? [] : [Prisma.sql`"modelVersionId" = ${modelVersionId}::uuid`]),
  ];
  const found = await readPage(page, {
    name: 'predictions',
    key: createdKey,
    read: (after, limit) => readPredictions(db, [...conditions, ...earlierThan(after)], limit),
    keyOf: (row) => ({ createdAt: row.createdAt.toISOString(), id: row.id }),
  });
  return mapPage(found, toPrediction);
}

/** The ids of all views that the patient may have: a few, whose predictions are soon found and sorted. */
const viewIdsOf = (patient: PatientCode): Uuid[] =>
  lateralities.flatMap((laterality) => viewPositions.map((position) => viewIdOf({ patient, laterality, position })));
