import type { PredictionFilter } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import { createdKey, mapPage, readPage } from '../database/read-page.ts';
import type { Page, PageRequest, PredictionRecord } from '../records.ts';
import { toPrediction } from './to-prediction.ts';

/** The newest first, by the time of the last save. */
export async function listPredictions(db: Database, filter: PredictionFilter, page: PageRequest): Promise<Page<PredictionRecord>> {
  const { patient, view, modelVersionId } = filter;
  const found = await readPage(page, {
    name: 'predictions',
    key: createdKey,
    read: (after, take) =>
      db.prediction.findMany({
        where: {
          ...(patient === undefined ? {} : { view: { patientCode: patient } }),
          ...(view === undefined ? {} : { viewId: viewIdOf(view) }),
          ...(modelVersionId === undefined ? {} : { modelVersionId }),
          ...(after === undefined
            ? {}
            : { OR: [{ createdAt: { lt: after.createdAt } }, { createdAt: after.createdAt, id: { lt: after.id } }] }),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        include: { view: true },
        take,
      }),
    keyOf: (row) => ({ createdAt: row.createdAt.toISOString(), id: row.id }),
  });
  return mapPage(found, toPrediction);
}
