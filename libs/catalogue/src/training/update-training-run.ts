import { invalid, type Uuid } from '@mammoline/kernel';
import type { CatalogueTx } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';
import { toJson } from '../database/json.ts';

type Change = Parameters<CatalogueTx['updateTrainingRun']>[1];

/** Changes what is given. A run that has ended, or is queued again, has no lease. @throws Failure invalid for an unknown run, and for another state of one that has ended */
export async function updateTrainingRun(db: Database, id: Uuid, change: Change): Promise<void> {
  const { state, checkpoint, provenance, ...plain } = change;
  const { count } = await db.trainingRun.updateMany({
    where: { id, ...(state === undefined ? {} : { state: { in: ['QUEUED', 'RUNNING', state] } }) },
    data: {
      ...plain,
      ...(checkpoint === undefined ? {} : { checkpoint: toJson(checkpoint) }),
      ...(provenance === undefined ? {} : { provenance: toJson(provenance) }),
      ...(state === undefined ? {} : { state }),
      ...(state === undefined || state === 'RUNNING' ? {} : { leaseOwner: null, leaseExpiresAt: null }),
      ...(state === 'SUCCEEDED' || state === 'FAILED' ? { finishedAt: new Date() } : {}),
    },
  });
  if (count === 0) throw invalid(`there is no training run ${id}${state === undefined ? '' : ', or it has ended'}`);
}
