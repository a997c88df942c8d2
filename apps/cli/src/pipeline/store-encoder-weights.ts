import { readFile } from 'node:fs/promises';
import { blobRefCodec } from '@mammoline/contracts';
import { invalid } from '@mammoline/kernel';
import { parseEncoderWeights } from '@mammoline/segmentation';
import type { Laptop } from '../clients/open-laptop.ts';
import type { TrainingOptions } from './train-model.ts';

/**
 * Puts the weights of `--encoder-weights` where the trainer reads them, after a look whether they can be read.
 * @param say told what a person should know of them, and of a seed without any
 * @throws Failure invalid for a file that can't be read or is none of VGG16's weights
 */
export async function storeEncoderWeights(
  file: string | undefined,
  training: TrainingOptions,
  { blobs }: Pick<Laptop, 'blobs'>,
  say: (text: string) => void,
): Promise<TrainingOptions> {
  if (file === undefined) {
    if (training.recipe === 'seed')
      say("no --encoder-weights: the encoder starts at random and is trained with the rest, which is not the seed's recipe");
    return training;
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw invalid(`--encoder-weights: ${file} can't be read`, { cause });
  });
  const { warnings } = await parseEncoderWeights(bytes);
  for (const warning of warnings) say(`warning: ${warning}`);
  return { ...training, encoderWeights: blobRefCodec.toProto(await blobs.put(bytes)) };
}
