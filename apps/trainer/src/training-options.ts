import { abnormalityKindCodec, blobRefCodec, trainingV1, type BlobRef } from '@mammoline/contracts';
import { abnormalityKinds, invalid } from '@mammoline/kernel';
import {
  backendPreferences,
  hasEncoder,
  networkNames,
  recipeNames,
  recipes,
  recipeSchema,
  type Recipe,
  type RecipeName,
} from '@mammoline/segmentation';
import { z } from 'zod';

const blobRef = z.custom<BlobRef>(
  (value) => z.object({ sha256: z.string(), sizeBytes: z.number(), uri: z.string() }).safeParse(value).success,
);

/** What a run is asked for, the recipe's values filled in; kept as JSON in the run's row. */
export const trainingOptions = recipeSchema.extend({
  recipe: z.enum(recipeNames),
  /** Undefined: the encoder, where there is one, starts at random and is trained. */
  encoderWeights: blobRef.optional(),
  /** Undefined: as the trainer is set. */
  backend: z.enum(backendPreferences).optional(),
  /** Undefined: all kinds. */
  abnormalityKind: z.enum(abnormalityKinds).optional(),
  seed: z.number(),
  split: z.enum(['official', 'patient', 'kfold']),
  /** Draws the test patients of a patient or a k-fold split. Undefined in the others, and in runs of before there was one: their seed drew them. */
  splitSeed: z.number().optional(),
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
  const recipe = chooseRecipe(request);
  const own = recipes[recipe];
  const abnormalityKind = abnormalityKindCodec.fromProto(request.abnormalityKind, 'abnormality_kind');
  const imageSize = within('image_size', request.imageSize, own.imageSize, 32, 1024);
  if (imageSize % 32 !== 0) refuse('image_size', imageSize, 'a multiple of 32');
  const { learningRate, maxSeconds } = request;
  if (!(learningRate >= 0 && learningRate <= 1)) refuse('learning_rate', learningRate, "above 0 and at most 1, or 0 for the recipe's");
  const encoderWeights = request.encoderWeights === undefined ? undefined : blobRefCodec.fromProto(request.encoderWeights);
  if (encoderWeights !== undefined && !hasEncoder(own.network))
    refuse('encoder_weights', encoderWeights.sha256, `none for the recipe ${recipe}: its network has no encoder of its own weights`);
  if (encoderWeights === undefined && recipe === 'pretrained')
    refuse('encoder_weights', 'none', `those of the encoder of ${own.network}, which the recipe pretrained goes on from`);
  const backend =
    request.backend === ''
      ? undefined
      : (backendPreferences.find((known) => known === request.backend) ??
        refuse('backend', JSON.stringify(request.backend), backendPreferences.join(', ')));
  return {
    ...own,
    recipe,
    input: inputOf(own, encoderWeights !== undefined),
    imageSize,
    epochs: within('epochs', request.epochs, own.epochs, 1, 10_000),
    batchSize: within('batch_size', request.batchSize, own.batchSize, 1, 256),
    learningRate: learningRate === 0 ? own.learningRate : learningRate,
    seed: seedOf('seed', request.seed),
    ...splitOptions(request),
    testFraction: within('test_fraction', request.testFraction, 0.2, 0.01, 0.9),
    validationFraction: within('validation_fraction', request.validationFraction, 0.15, 0.01, 0.9),
    ...(abnormalityKind === undefined ? {} : { abnormalityKind }),
    ...(encoderWeights === undefined ? {} : { encoderWeights }),
    ...(backend === undefined ? {} : { backend }),
    ...(maxSeconds === 0 ? {} : { maxSeconds }),
  };
}

function splitOptions(request: trainingV1.StartTrainingRequest): Pick<TrainingOptions, 'split' | 'splitSeed' | 'folds' | 'fold'> {
  const split = splitKind(request.split);
  const splitSeed = seedOf('split_seed', request.splitSeed);
  if (split === 'official') return { split };
  if (split === 'patient') return { split, splitSeed };
  const folds = within('folds', request.folds, defaultFolds, 2, 20);
  return { split, splitSeed, folds, fold: within('fold', request.fold, 1, 1, folds) };
}

function seedOf(field: string, found: bigint): number {
  return found <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(found) : refuse(field, found, `0 to ${String(Number.MAX_SAFE_INTEGER)}`);
}

function chooseRecipe({ recipe, network }: trainingV1.StartTrainingRequest): RecipeName {
  const named =
    recipe === ''
      ? undefined
      : (recipeNames.find((known) => known === recipe) ?? refuse('recipe', JSON.stringify(recipe), recipeNames.join(', ')));
  if (network === '') return named ?? 'compact';
  const known = networkNames.find((one) => one === network) ?? refuse('network', JSON.stringify(network), networkNames.join(', '));
  const chosen = named ?? recipeNames.find((one) => recipes[one].network === known) ?? 'compact';
  return recipes[chosen].network === known
    ? chosen
    : refuse('network', network, `${recipes[chosen].network}, which the recipe ${chosen} has`);
}

/** ImageNet's means are for weights that learnt with them: a network that starts at random wants values about 1. */
function inputOf({ input }: Recipe, hasWeights: boolean): Recipe['input'] {
  return hasWeights ? input : 'unit';
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
