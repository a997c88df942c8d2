import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { blobRefCodec } from '@mammoline/contracts';
import { invalid } from '@mammoline/kernel';
import { parseEncoderWeights, recipeNames, recipes } from '@mammoline/segmentation';
import type { Laptop } from '../clients/open-laptop.ts';
import type { TrainingOptions } from './train-model.ts';

/** Where set-up puts what EfficientNet-Lite0 learnt on ImageNet (tools/setup/encoder-weights). */
export const fetchedEncoderWeights = fileURLToPath(
  new URL('../../../../.cache/encoder-weights/efficientnet-lite0.safetensors', import.meta.url),
);

/**
 * Puts the weights of `--encoder-weights`, for the recipe pretrained those of set-up where there are none, where the trainer reads them, after a look whether they can be read.
 * @param say told what a person should know of them, and of a seed without any
 * @throws Failure invalid for a file that can't be read, is none of the encoder's weights or of no use to the recipe
 */
export async function storeEncoderWeights(
  named: string | undefined,
  training: TrainingOptions,
  { blobs }: Pick<Laptop, 'blobs'>,
  say: (text: string) => void,
): Promise<TrainingOptions> {
  const recipe = recipeNames.find((one) => one === training.recipe) ?? 'compact';
  const file = named ?? (recipe === 'pretrained' ? fetchedEncoderWeights : undefined);
  if (file === undefined) {
    if (recipe === 'seed')
      say("no --encoder-weights: the encoder starts at random and is trained with the rest, which is not the seed's recipe");
    return training;
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    const mend = named === undefined ? '; npm run setup fetches it, or name a file of your own with --encoder-weights' : '';
    throw invalid(`--encoder-weights: ${file} can't be read${mend}`, { cause });
  });
  const { warnings } = await parseEncoderWeights(bytes, recipes[recipe].network);
  for (const warning of warnings) say(`warning: ${warning}`);
  return { ...training, encoderWeights: blobRefCodec.toProto(await blobs.put(bytes)) };
}
