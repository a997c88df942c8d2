import type { Database } from '../database/connect.ts';
import type { NewModelVersion } from '../records.ts';
import { lockAliases, moveAlias } from './move-alias.ts';

/** Idempotent by id. The split is the run's. Where nothing is champion yet, the version is. */
export async function insertModelVersion(db: Database, model: NewModelVersion): Promise<void> {
  const {
    id,
    runId,
    network,
    imageSize,
    abnormalityKind,
    parameters,
    backend,
    weights,
    recipeHash,
    bestEpoch,
    validationDice,
    threshold,
    smallestAreaShare,
    memberIds = [],
    abstainAbove,
  } = model;
  const { count } = await db.modelVersion.createMany({
    data: [
      {
        id,
        runId,
        network,
        imageSize,
        abnormalityKind: abnormalityKind ?? null,
        parameters: BigInt(parameters),
        backend,
        weightsSha256: weights.sha256,
        weightsUri: weights.uri,
        weightsSizeBytes: BigInt(weights.sizeBytes),
        recipeHash,
        bestEpoch,
        validationDice,
        threshold,
        smallestAreaShare,
        memberIds: [...memberIds],
        abstainAbove: abstainAbove ?? null,
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return;
  await lockAliases(db);
  if ((await db.modelAlias.findUnique({ where: { alias: 'champion' } })) === null)
    await moveAlias(db, { alias: 'champion', cause: 'FIRST', from: undefined, to: id });
}
