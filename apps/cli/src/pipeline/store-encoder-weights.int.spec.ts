import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBlobStore } from '@mammoline/blobs';
import { blobRefCodec } from '@mammoline/contracts';
import { parseEncoderWeights } from '@mammoline/segmentation';
import { afterAll, expect, test } from 'vitest';
import { fetchedEncoderWeights, storeEncoderWeights } from './store-encoder-weights.ts';

const directory = await mkdtemp(join(tmpdir(), 'encoder-weights-'));
const blobs = await openBlobStore(pathToFileURL(join(directory, 'blobs')).href);
const said: string[] = [];
const store = (file: string | undefined, recipe: string) => storeEncoderWeights(file, { recipe }, { blobs }, (text) => said.push(text));
afterAll(() => rm(directory, { recursive: true, force: true }));

test('a recipe without such an encoder wants no weights, and the seed says what it is without any', async () => {
  expect(await store(undefined, '')).toEqual({ recipe: '' });
  expect(said).toEqual([]);
  expect(await store(undefined, 'seed')).toEqual({ recipe: 'seed' });
  expect(said.splice(0)).toEqual([expect.stringMatching(/^no --encoder-weights: the encoder starts at random/)]);
  const file = join(directory, 'any');
  await writeFile(file, 'any');
  await expect(store(file, 'compact')).rejects.toThrow(/for unet-compact, which has none .* expected vgg16-unet or lite0-unet$/);
});

test('a file that is not there, or holds no weights, is told', async () => {
  const file = join(directory, 'wrong');
  await expect(store(file, 'pretrained')).rejects.toThrow(`--encoder-weights: ${file} can't be read`);
  await writeFile(file, 'no weights');
  await expect(store(file, 'pretrained')).rejects.toThrow(/safetensors/);
});

test.skipIf(!existsSync(fetchedEncoderWeights))(
  'the recipe pretrained has those of set-up (skipped where set-up could not fetch them)',
  async () => {
    const { encoderWeights } = await store(undefined, 'pretrained');
    const bytes = await blobs.get(blobRefCodec.fromProto(encoderWeights ?? expect.unreachable('no weights')));
    expect((await parseEncoderWeights(bytes, 'lite0-unet')).warnings).toEqual([]);
  },
);
