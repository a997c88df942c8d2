import { commonV1, trainingV1 } from '@mammoline/contracts';
import { backendPreferences, recipeNames, type BackendPreference, type RecipeName } from '@mammoline/segmentation';
import { Option, type Command } from 'commander';
import type { TrainingOptions } from '../pipeline/train-model.ts';
import { positiveNumber, share, wholeNumber } from './parse-number.ts';

/** The options of `train`, shared by `run` and `demo`. */
export interface TrainingFlags {
  readonly recipe?: RecipeName;
  readonly encoderWeights?: string;
  readonly backend?: BackendPreference;
  readonly kind?: 'mass' | 'calc' | 'all';
  readonly imageSize?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  readonly splitSeed?: number;
  readonly split?: 'official' | 'patient' | 'kfold';
  readonly folds?: number;
  readonly fold?: number;
  readonly testFraction?: number;
  readonly validationFraction?: number;
  readonly maxMinutes?: number;
}

/** What `--help` says that is taken where an option is not given. */
export interface ShownDefaults {
  readonly imageSize: string;
  readonly epochs: string;
  readonly batch: string;
  readonly maxMinutes: string;
}

/** As the trainer's service has them. */
const trainerDefaults: ShownDefaults = {
  imageSize: '256; pretrained: 384; seed: 224',
  epochs: '60; pretrained: 20; seed: 50',
  batch: '8; seed: 10',
  maxMinutes: 'no limit',
};

export function addTrainingOptions(command: Command, shown: ShownDefaults = trainerDefaults): Command {
  return command
    .addOption(
      new Option('--recipe <name>', 'the network and how it is trained (default: compact); other options replace its values').choices(
        recipeNames,
      ),
    )
    .option(
      '--encoder-weights <file>',
      "what the encoder learnt on ImageNet: for the recipe seed VGG16's, Keras' ..._notop.h5 or safetensors; for pretrained safetensors (default: those that set-up has fetched)",
    )
    .addOption(new Option('--backend <name>', 'what computes (default: the first of these that there is)').choices(backendPreferences))
    .addOption(new Option('--kind <kind>', 'which abnormalities to learn (default: all)').choices(['mass', 'calc', 'all']))
    .option(
      '--image-size <pixels>',
      `side of the square that the network sees, a multiple of 32 (default: ${shown.imageSize})`,
      wholeNumber(32, 32),
    )
    .option('--epochs <n>', `passes over the training views (default: ${shown.epochs})`, wholeNumber(1))
    .option('--batch <n>', `views a step (default: ${shown.batch})`, wholeNumber(1))
    .option('--learning-rate <rate>', "step size of the optimizer (default: the recipe's)", positiveNumber)
    .option('--seed <n>', 'seed of the validation patients, the weights and the augmentation (default: 0)', wholeNumber(0))
    .addOption(
      new Option('--split <kind>', 'the published split, or one by patient: drawn, or one of k folds (default: official)').choices([
        'official',
        'patient',
        'kfold',
      ]),
    )
    .option('--split-seed <n>', 'seed of the test patients where they are drawn, whatever the other seed (default: 0)', wholeNumber(0))
    .option('--folds <n>', 'folds of a k-fold split (default: 5)', wholeNumber(2))
    .option('--fold <n>', 'the fold that tests, counted from 1 (default: 1)', wholeNumber(1))
    .option('--test-fraction <share>', 'share of patients to test on in a patient split (default: 0.2)', share)
    .option('--validation-fraction <share>', 'share of training patients to validate on (default: 0.15)', share)
    .option(
      '--max-minutes <minutes>',
      `stop training after this time and keep the best epoch (default: ${shown.maxMinutes})`,
      positiveNumber,
    );
}

/** As the trainer's service takes them; what is not given stays with its defaults. */
export function trainingRequest(flags: TrainingFlags): TrainingOptions {
  return {
    recipe: flags.recipe ?? '',
    backend: flags.backend ?? '',
    abnormalityKind: kindOf(flags.kind),
    split: splitOf(flags.split),
    folds: flags.folds ?? 0,
    fold: flags.fold ?? 0,
    imageSize: flags.imageSize ?? 0,
    epochs: flags.epochs ?? 0,
    batchSize: flags.batch ?? 0,
    learningRate: flags.learningRate ?? 0,
    seed: BigInt(flags.seed ?? 0),
    splitSeed: BigInt(flags.splitSeed ?? 0),
    testFraction: flags.testFraction ?? 0,
    validationFraction: flags.validationFraction ?? 0,
    maxSeconds: Math.ceil((flags.maxMinutes ?? 0) * 60),
  };
}

function kindOf(kind: TrainingFlags['kind']): commonV1.AbnormalityKind {
  if (kind === 'mass') return commonV1.AbnormalityKind.ABNORMALITY_KIND_MASS;
  if (kind === 'calc') return commonV1.AbnormalityKind.ABNORMALITY_KIND_CALCIFICATION;
  return commonV1.AbnormalityKind.ABNORMALITY_KIND_UNSPECIFIED;
}

function splitOf(split: TrainingFlags['split']): trainingV1.SplitKind {
  if (split === 'official') return trainingV1.SplitKind.SPLIT_KIND_OFFICIAL;
  if (split === 'patient') return trainingV1.SplitKind.SPLIT_KIND_PATIENT;
  if (split === 'kfold') return trainingV1.SplitKind.SPLIT_KIND_KFOLD;
  return trainingV1.SplitKind.SPLIT_KIND_UNSPECIFIED;
}
