import { bug, invalid, stableJson, toFailure } from '@mammoline/kernel';
import { z } from 'zod';
import { recipeSchema } from '../recipes/recipe.ts';
import type { NamedArray, NamedArrays } from '../weights/named-arrays.ts';
import { parseSafetensors, serializeSafetensors } from '../weights/safetensors.ts';
import { epochSchema, type EpochResult } from './epoch-result.ts';
import type { TrainingOptions } from './training-options.ts';

/** A run after a whole epoch: all that it needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps taken by the optimizer. */
  readonly steps: number;
  /** Spent so far, over all the lives of the run. */
  readonly seconds: number;
  readonly epochs: readonly EpochResult[];
  readonly weights: NamedArrays;
  /** The optimizer's state. */
  readonly moments: NamedArrays;
  /** The weights of the best epoch so far. */
  readonly best: NamedArrays;
}

const format = 'mammoline-checkpoint-1';
const sections = ['weights', 'moments', 'best'] as const;
/** What a recipe has had since, the options of an older run have by default. */
const optionsSchema = recipeSchema.loose();
const positionSchema = z.object({ steps: z.int(), seconds: z.number(), epochs: z.array(epochSchema).min(1) });

export function serializeCheckpoint(options: TrainingOptions, checkpoint: Checkpoint): Uint8Array {
  const { steps, seconds, epochs } = checkpoint;
  const arrays = new Map<string, NamedArray>();
  for (const section of sections) {
    for (const [name, array] of checkpoint[section]) arrays.set(`${section}:${name}`, array);
  }
  return serializeSafetensors({
    metadata: { format, options: stableJson(options), position: JSON.stringify({ steps, seconds, epochs }) },
    arrays,
  });
}

/** @throws Failure invalid for bytes that are no checkpoint, or one of other options */
export function parseCheckpoint(options: TrainingOptions, bytes: Uint8Array): Checkpoint {
  const { metadata, arrays } = parseSafetensors(bytes);
  if (metadata['format'] !== format) throw invalid(`not a checkpoint: found the format ${String(metadata['format'])}, expected ${format}`);
  const wanted = stableJson(optionsSchema.parse(options));
  const own = readOptions(metadata['options']);
  if (own !== wanted) throw invalid(`the checkpoint is of another run: found the options ${own}, expected ${wanted}`);
  const found = { weights: new Map<string, NamedArray>(), moments: new Map<string, NamedArray>(), best: new Map<string, NamedArray>() };
  for (const [fullName, array] of arrays) {
    const section = sections.find((one) => fullName.startsWith(`${one}:`));
    if (section === undefined) throw bug(`a checkpoint holds ${fullName}, which is in no section`);
    found[section].set(fullName.slice(section.length + 1), array);
  }
  try {
    return { ...positionSchema.parse(JSON.parse(metadata['position'] ?? '')), ...found };
  } catch (error) {
    throw toFailure(error, 'invalid', 'the checkpoint does not say where its run stood');
  }
}

function readOptions(text = ''): string {
  try {
    return stableJson(optionsSchema.parse(JSON.parse(text)));
  } catch {
    return text;
  }
}
