import { invalid, pictureKinds, stableJson, type PictureKind } from '@mammoline/kernel';
import { z } from 'zod';
import { oneLook, looksSchema, type Looks } from '../ensemble/looks.ts';
import { inputNames, networkNames, type InputName, type NetworkName } from '../networks/network.ts';
import type { NamedArrays } from './named-arrays.ts';
import { parseSafetensors, serializeSafetensors } from './safetensors.ts';

/** A trained network that describes itself. */
export interface ModelFile {
  readonly network: NetworkName;
  readonly input: InputName;
  /** What it sees of a mammogram. */
  readonly picture: PictureKind;
  /** Side of the square that the network sees. */
  readonly imageSize: number;
  /** Of the probability. */
  readonly threshold: number;
  /** What the threshold was chosen for the mean of; the network itself sees one image. */
  readonly looks: Looks;
  readonly weights: NamedArrays;
}

const formatVersion = '1';

const metadataSchema = z.object({
  format: z.literal('mammoline-model'),
  version: z.literal(formatVersion),
  network: z.enum(networkNames),
  // Files of before there was a choice do not say.
  input: z.enum(inputNames).default('unit'),
  // Likewise.
  picture: z.enum(pictureKinds).default('equalised'),
  imageSize: z.coerce.number().int().min(32).multipleOf(32),
  threshold: z.coerce.number().min(0).max(1),
  // Likewise.
  looks: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue(`found ${text}, expected JSON`);
        return z.NEVER;
      }
    })
    .pipe(looksSchema)
    .default(oneLook),
});

/** @param model where it does not say, its input is `unit`, it sees the equalised picture and looks once */
export function serializeWeights(
  model: Omit<ModelFile, 'input' | 'picture' | 'looks'> & Partial<Pick<ModelFile, 'input' | 'picture' | 'looks'>>,
): Uint8Array {
  const { network, input = 'unit', picture = 'equalised', imageSize, threshold, looks = oneLook, weights } = model;
  return serializeSafetensors({
    metadata: {
      format: 'mammoline-model',
      version: formatVersion,
      network,
      input,
      picture,
      imageSize: String(imageSize),
      threshold: String(threshold),
      looks: stableJson(looks),
    },
    arrays: weights,
  });
}

/** @throws Failure invalid for bytes that serializeWeights did not write */
export function parseWeights(bytes: Uint8Array): ModelFile {
  const { metadata, arrays } = parseSafetensors(bytes);
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) {
    throw invalid(`not a model of version ${formatVersion}: found ${JSON.stringify(metadata)}: ${z.prettifyError(parsed.error)}`, {
      cause: parsed.error,
    });
  }
  const { network, input, picture, imageSize, threshold, looks } = parsed.data;
  return { network, input, picture, imageSize, threshold, looks, weights: arrays };
}
