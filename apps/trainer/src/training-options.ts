import { abnormalityKindCodec, trainingV1 } from '@mammoline/contracts';
import { abnormalityKinds, invalid } from '@mammoline/kernel';
import { networkNames } from '@mammoline/segmentation';
import { z } from 'zod';

/** What a run is asked for, defaults filled in; kept as JSON in the run's row. */
export const trainingOptions = z.object({
  network: z.enum(networkNames),
  /** Undefined: all kinds. */
  abnormalityKind: z.enum(abnormalityKinds).optional(),
  imageSize: z.number(),
  epochs: z.number(),
  batchSize: z.number(),
  /** Undefined: the network's own. */
  learningRate: z.number().optional(),
  seed: z.number(),
  split: z.enum(['official', 'patient', 'kfold']),
  /** Of a k-fold split. */
  folds: z.number().optional(),
  /** Which fold tests, counted from 1. */
  fold: z.number().optional(),
  testFraction: z.number(),
  validationFraction: z.number(),
  /** Undefined: no limit. */
  maxSeconds: z.number().optional(),
});

export const defaultFolds = 5;

export type TrainingOptions = z.infer<typeof trainingOptions>;

const refuse = (field: string, found: unknown, expected: string): never => {
  throw invalid(`${field}: found ${String(found)}, expected ${expected}`, { field });
};

const within = (field: string, found: number, fallback: number, least: number, most: number): number => {
  const value = found === 0 ? fallback : found;
  return value >= least && value <= most
    ? value
    : refuse(field, found, `${String(least)} to ${String(most)}, or 0 for ${String(fallback)}`);
};

/** @throws Failure invalid naming the field at fault. */
export function parseTrainingRequest(request: trainingV1.StartTrainingRequest): TrainingOptions {
  const name = request.network === '' ? 'unet-compact' : request.network;
  const network = networkNames.find((known) => known === name) ?? refuse('network', JSON.stringify(name), networkNames.join(' or '));
  const abnormalityKind = abnormalityKindCodec.fromProto(request.abnormalityKind, 'abnormality_kind');
  const imageSize = within('image_size', request.imageSize, network === 'vgg16-unet' ? 224 : 256, 32, 1024);
  if (imageSize % 32 !== 0) refuse('image_size', imageSize, 'a multiple of 32');
  const { learningRate, maxSeconds } = request;
  if (!(learningRate >= 0 && learningRate <= 1)) refuse('learning_rate', learningRate, 'above 0 and at most 1, or 0 for the default');
  if (request.seed > BigInt(Number.MAX_SAFE_INTEGER)) refuse('seed', request.seed, `0 to ${String(Number.MAX_SAFE_INTEGER)}`);
  return {
    network,
    imageSize,
    epochs: within('epochs', request.epochs, 30, 1, 10_000),
    batchSize: within('batch_size', request.batchSize, 8, 1, 256),
    seed: Number(request.seed),
    ...splitOptions(request),
    testFraction: within('test_fraction', request.testFraction, 0.2, 0.01, 0.9),
    validationFraction: within('validation_fraction', request.validationFraction, 0.15, 0.01, 0.9),
    ...(abnormalityKind === undefined ? {} : { abnormalityKind }),
    ...(learningRate === 0 ? {} : { learningRate }),
    ...(maxSeconds === 0 ? {} : { maxSeconds }),
  };
}

function splitOptions(request: trainingV1.StartTrainingRequest): Pick<TrainingOptions, 'split' | 'folds' | 'fold'> {
  const split = splitKind(request.split);
  if (split !== 'kfold') return { split };
  const folds = within('folds', request.folds, defaultFolds, 2, 20);
  return { split, folds, fold: within('fold', request.fold, 1, 1, folds) };
}

function splitKind(found: trainingV1.SplitKind): TrainingOptions['split'] {
  switch (found) {
    case trainingV1.SplitKind.SPLIT_KIND_UNSPECIFIED:
    case trainingV1.SplitKind.SPLIT_KIND_OFFICIAL:
      return 'official';
    case trainingV1.SplitKind.SPLIT_KIND_PATIENT:
      return 'patient';
    case trainingV1.SplitKind.SPLIT_KIND_KFOLD:
      return 'kfold';
    case trainingV1.SplitKind.UNRECOGNIZED:
    default:
      return refuse('split', found, 'SPLIT_KIND_OFFICIAL, SPLIT_KIND_PATIENT or SPLIT_KIND_KFOLD');
  }
}
