import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ViewRecord } from '@mammoline/catalogue';
import { readPixels } from '@mammoline/dicom';
import {
  decodeMaskPng,
  encodeMaskPng,
  encodePng,
  prepareMammogram,
  prepareMask,
  preparationRecipe,
  resizeMaskToNetwork,
  resizeToNetwork,
} from '@mammoline/imaging';
import { formatCaseName, type AbnormalityKind } from '@mammoline/kernel';
import type { Laptop } from '../clients/open-laptop.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';
import { readAllPages } from './all-pages.ts';
import { fullImageOf } from './full-image-of.ts';

/**
 * Writes what the networks see: `full-size/{case}_FULL.png` and `_MASK.png`, and the same under `network-size/`, 8 bit.
 * Only of views that the preprocessor could prepare.
 * @returns how many mammograms and masks there are of each size
 */
export async function writePrepared(
  laptop: Pick<Laptop, 'catalogue' | 'blobs'>,
  options: { readonly output: string; readonly networkSidePx: number },
  progress: ProgressDisplay,
  signal: AbortSignal,
): Promise<{ readonly mammograms: number; readonly masks: number }> {
  const output = resolve(options.output);
  for (const size of ['full-size', 'network-size']) await mkdir(join(output, size), { recursive: true });
  const views = await readAllPages((page) => laptop.catalogue.listViews({}, page));
  const pairs = views.flatMap((view) => view.preparedViews.map((prepared) => ({ view, prepared })));
  let [mammograms, masks] = [0, 0];
  for (const { view, prepared } of pairs) {
    signal.throwIfAborted();
    progress.update('prepare', { done: mammograms, total: pairs.length });
    const name = formatCaseName({ ...view.ref, kind: prepared.abnormalityKind, split: prepared.officialSplit });
    const hasMask = await writePair(
      laptop,
      { view, kind: prepared.abnormalityKind, name, output, networkSidePx: options.networkSidePx },
      signal,
    );
    mammograms += 1;
    if (hasMask) masks += 1;
  }
  progress.update('prepare', { done: mammograms, total: pairs.length });
  return { mammograms, masks };
}

interface Pair {
  readonly view: ViewRecord;
  readonly kind: AbnormalityKind;
  readonly name: string;
  readonly output: string;
  readonly networkSidePx: number;
}

async function writePair(
  { blobs }: Pick<Laptop, 'blobs'>,
  { view, kind, name, output, networkSidePx }: Pair,
  signal: AbortSignal,
): Promise<boolean> {
  const full = fullImageOf(view, kind);
  if (full === undefined) return false;
  const { pixels } = readPixels(await blobs.get(full.blob, signal));
  const { image, geometry } = prepareMammogram(pixels, { ...preparationRecipe, networkSidePx });
  await writeFile(join(output, 'full-size', `${name}_FULL.png`), await encodePng(image));
  await writeFile(join(output, 'network-size', `${name}_FULL.png`), await encodePng(resizeToNetwork(image, geometry)));
  const merged = view.mergedMasks.find((mask) => mask.abnormalityKind === kind);
  if (merged === undefined) return false;
  const mask = prepareMask(await decodeMaskPng(await blobs.get(merged.blob, signal)), geometry);
  await writeFile(join(output, 'full-size', `${name}_MASK.png`), await encodeMaskPng(mask));
  await writeFile(join(output, 'network-size', `${name}_MASK.png`), await encodeMaskPng(resizeMaskToNetwork(mask, geometry)));
  return true;
}
