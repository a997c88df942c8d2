import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PreparedViewRecord, ViewRecord } from '@mammoline/catalogue';
import { recipeHash, type PreparationRecipe } from '@mammoline/imaging';
import { formatCaseName, mapInOrder } from '@mammoline/kernel';
import type { PixelWorkers } from '@mammoline/preparation';
import type { Laptop } from '../clients/open-laptop.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';
import { readAllPages } from './all-pages.ts';
import { fullImageOf } from './full-image-of.ts';

/**
 * Writes what the networks see: `network-size/{case}_FULL.png`, `_PLAIN.png` (the same before its contrast is evened out) and `_MASK.png`, 8 bit, and where the recipe asks for it the same under `full-size/`. Only of
 * views that the preprocessor could prepare. What it made by this very recipe is copied; under another recipe the view is prepared again, several at once.
 * @returns how many mammograms and masks there are of each size
 */
export async function writePrepared(
  { catalogue, blobs }: Pick<Laptop, 'catalogue' | 'blobs'>,
  pixels: Pick<PixelWorkers, 'run' | 'atOnce'>,
  options: { readonly output: string; readonly recipe: PreparationRecipe },
  progress: ProgressDisplay,
  signal: AbortSignal,
): Promise<{ readonly mammograms: number; readonly masks: number }> {
  const output = resolve(options.output);
  const { recipe } = options;
  for (const folder of recipe.fullSize ? ['full-size', 'network-size'] : ['network-size'])
    await mkdir(join(output, folder), { recursive: true });
  const views = await readAllPages((page) => catalogue.listViews({}, page));
  const pairs = views.flatMap((view) => view.preparedViews.map((prepared) => ({ view, prepared })));
  let done = 0;
  const written = await mapInOrder(pairs, pixels.atOnce, async ({ view, prepared }) => {
    signal.throwIfAborted();
    const pictures = await picturesOf(view, prepared, { blobs, pixels, recipe }, signal);
    const name = formatCaseName({ ...view.ref, kind: prepared.abnormalityKind, split: prepared.officialSplit });
    for (const [path, png] of Object.entries(namePictures(name, pictures))) if (png !== undefined) await writeFile(join(output, path), png);
    done += 1;
    progress.update('prepare', { done, total: pairs.length });
    return { image: pictures.imagePng !== undefined, mask: pictures.maskPng !== undefined };
  });
  return {
    mammograms: written.filter(({ image }) => image).length,
    masks: written.filter(({ mask }) => mask).length,
  };
}

/** PNGs of one view and kind. */
interface Pictures {
  readonly imagePng?: Uint8Array;
  readonly plainPng?: Uint8Array;
  readonly maskPng?: Uint8Array | undefined;
  readonly fullImagePng?: Uint8Array | undefined;
  readonly fullMaskPng?: Uint8Array | undefined;
}

const namePictures = (name: string, pictures: Pictures): Record<string, Uint8Array | undefined> => ({
  [`network-size/${name}_FULL.png`]: pictures.imagePng,
  [`network-size/${name}_PLAIN.png`]: pictures.plainPng,
  [`network-size/${name}_MASK.png`]: pictures.maskPng,
  [`full-size/${name}_FULL.png`]: pictures.fullImagePng,
  [`full-size/${name}_MASK.png`]: pictures.fullMaskPng,
});

async function picturesOf(
  view: ViewRecord,
  prepared: PreparedViewRecord,
  {
    blobs,
    pixels,
    recipe,
  }: { readonly blobs: Laptop['blobs']; readonly pixels: Pick<PixelWorkers, 'run'>; readonly recipe: PreparationRecipe },
  signal: AbortSignal,
): Promise<Pictures> {
  const { image, plain, mask } = prepared;
  if (prepared.recipeHash === recipeHash(recipe) && plain !== undefined) {
    const [imagePng, plainPng] = await Promise.all([blobs.get(image, signal), blobs.get(plain, signal)]);
    return { imagePng, plainPng, maskPng: mask === undefined ? undefined : await blobs.get(mask, signal) };
  }
  const full = fullImageOf(view, prepared.abnormalityKind);
  if (full === undefined) return {};
  const merged = view.mergedMasks.find((mask) => mask.abnormalityKind === prepared.abnormalityKind);
  const load = async () => ({
    dicom: await blobs.get(full.blob, signal),
    maskPng: merged === undefined ? undefined : await blobs.get(merged.blob, signal),
    recipe,
  });
  return pixels.run('mammogram', load, signal);
}
