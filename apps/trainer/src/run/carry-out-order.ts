import { join } from 'node:path';
import type { BlobStore } from '@mammoline/blobs';
import { pictureOf, type PreparedPair } from '@mammoline/catalogue';
import { decodeMaskPng, decodePng, unionMasks } from '@mammoline/imaging';
import type { Clock, PictureKind } from '@mammoline/kernel';
import { parseEncoderWeights, recipeSchema, trainNetwork, type Backend, type Dataset, type EpochResult } from '@mammoline/segmentation';
import type { Finished, TrainingNews, TrainingOrder } from './messages.ts';

interface Ports {
  readonly blobs: BlobStore;
  readonly backend: Backend;
  readonly clock: Clock;
  /** Scalars for TensorBoard go to a folder in here, named by the run. */
  readonly tensorBoardDirectory: string | undefined;
  readonly tell: (news: TrainingNews) => void;
}

/** Steps are told this often at most. */
const tellEveryMs = 500;

/** Trains as ordered: prepared pairs out of the store, checkpoints and the model into it. */
export async function carryOutOrder(order: TrainingOrder, { blobs, backend, clock, tensorBoardDirectory, tell }: Ports): Promise<Finished> {
  const { encoderWeights, network, picture, seed, maxSeconds } = order.options;
  const pretrained = encoderWeights && (await parseEncoderWeights(await blobs.get(encoderWeights), network)).arrays;
  const scalars = tensorBoardDirectory === undefined ? undefined : backend.openScalars?.(join(tensorBoardDirectory, order.runId));
  tell({ kind: 'backend', name: backend.name, reason: backend.reason });
  let toldMs = 0;
  const result = await trainNetwork(
    { ...recipeSchema.parse(order.options), seed, maxSeconds },
    {
      backend,
      clock,
      training: datasetOf(order.training, picture, blobs),
      validation: datasetOf(order.validation, picture, blobs),
      pretrained,
      resumeFrom: order.checkpoint === undefined ? undefined : await blobs.get(order.checkpoint),
      onStep: ({ stepsDone, steps }) => {
        if (clock.nowMs() - toldMs < tellEveryMs && stepsDone < steps) return;
        toldMs = clock.nowMs();
        tell({ kind: 'step', stepsDone, steps });
      },
      onEpoch: async (result, checkpoint) => {
        for (const [name, value] of scalarsOf(result)) scalars?.write(name, value, result.epoch);
        scalars?.flush();
        tell({ kind: 'epoch', epoch: epochRecord(result), checkpoint: await blobs.put(await checkpoint()) });
      },
    },
  );
  return {
    kind: 'finished',
    weights: await blobs.put(result.model),
    backend: backend.name,
    parameters: result.parameters,
    bestEpoch: result.best.epoch,
    validationDice: result.judgement.dice,
    threshold: result.judgement.threshold,
    smallestAreaShare: result.judgement.smallestAreaShare,
    abstainAbove: result.judgement.abstainAbove,
  };
}

function datasetOf(pairs: readonly PreparedPair[], picture: PictureKind, blobs: BlobStore): Dataset {
  return {
    size: pairs.length,
    load: async (index, signal) => {
      const pair = pairs[index];
      if (pair === undefined) throw new RangeError(`no pair ${String(index)} of ${String(pairs.length)}`);
      const [image, ...masks] = await Promise.all([
        blobs.get(pictureOf(pair, picture), signal).then(decodePng),
        ...pair.masks.map((mask) => blobs.get(mask, signal).then(decodeMaskPng)),
      ]);
      return { image, mask: unionMasks(image.rows, image.columns, masks) };
    },
  };
}

const epochRecord = ({ epoch, loss, validationLoss, validationDice, validationIou, seconds }: EpochResult) => ({
  epoch,
  loss,
  validationLoss,
  validationDice,
  validationIou,
  seconds,
});

const scalarsOf = (result: EpochResult): readonly (readonly [string, number])[] => [
  ['loss/training', result.loss],
  ['loss/validation', result.validationLoss],
  ['validation/dice', result.validationDice],
  ['validation/iou', result.validationIou],
];
