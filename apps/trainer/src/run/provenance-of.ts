import { arch, availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os';
import type { PreparedPair } from '@mammoline/catalogue';
import { sha256Of, stableJson } from '@mammoline/kernel';
import type { TrainingOrder } from './messages.ts';

/** What a run ran with, beside its options and its split; kept as JSON in its row. */
export interface Provenance {
  readonly codeVersion: string;
  readonly node: string;
  readonly machine: {
    readonly host: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly system: string;
  };
  /** Of the images and masks, by their content. */
  readonly data: {
    readonly trainingHash: string;
    readonly validationHash: string;
    readonly trainingPairs: number;
    readonly validationPairs: number;
  };
  readonly preparationRecipes: readonly string[];
}

export function provenanceOf(
  { training, validation }: Pick<TrainingOrder, 'training' | 'validation'>,
  codeVersion: string,
  preparationRecipes: readonly string[],
): Provenance {
  return {
    codeVersion,
    node: process.version,
    machine: {
      host: hostname(),
      processor: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      system: `${type()} ${release()} ${arch()}`,
    },
    data: {
      trainingHash: hashOf(training),
      validationHash: hashOf(validation),
      trainingPairs: training.length,
      validationPairs: validation.length,
    },
    preparationRecipes,
  };
}

const hashOf = (pairs: readonly PreparedPair[]): string =>
  sha256Of(stableJson(pairs.map(({ image, masks }) => [image.sha256, ...masks.map((mask) => mask.sha256)])));
