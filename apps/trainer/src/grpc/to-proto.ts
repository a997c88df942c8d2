import type { EpochRecord, ModelVersionRecord, RunState } from '@mammoline/catalogue';
import { blobRefCodec, trainingV1 } from '@mammoline/contracts';

export const epochToProto = (epoch: EpochRecord): trainingV1.Epoch => ({ ...epoch });

export const runStateToProto: Readonly<Record<RunState, trainingV1.RunState>> = {
  QUEUED: trainingV1.RunState.RUN_STATE_QUEUED,
  RUNNING: trainingV1.RunState.RUN_STATE_RUNNING,
  SUCCEEDED: trainingV1.RunState.RUN_STATE_SUCCEEDED,
  FAILED: trainingV1.RunState.RUN_STATE_FAILED,
};

/** @param epochs empty in lists */
export function modelToProto(model: ModelVersionRecord, epochs: readonly EpochRecord[]): trainingV1.Model {
  return {
    id: model.id,
    runId: model.runId,
    network: model.network,
    imageSize: model.imageSize,
    parameters: BigInt(model.parameters),
    backend: model.backend,
    weights: blobRefCodec.toProto(model.weights),
    splitHash: model.splitHash,
    recipeHash: model.recipeHash,
    bestEpoch: model.bestEpoch,
    validationDice: model.validationDice,
    threshold: model.threshold,
    smallestAreaShare: model.smallestAreaShare,
    createdAt: model.createdAt,
    epochs: epochs.map(epochToProto),
    aliases: [...model.aliases],
    memberIds: [...model.memberIds],
    abstainAbove: model.abstainAbove,
  };
}
