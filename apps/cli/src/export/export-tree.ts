import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { ImageRecord } from '@mammoline/catalogue';
import { bug, invalid } from '@mammoline/kernel';
import type { Laptop } from '../clients/open-laptop.ts';
import { allPages } from '../pipeline/all-pages.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';
import { exportedPath } from './exported-path.ts';
import { placeBytes, placeFile } from './place-file.ts';

export type ExportMode = 'link' | 'copy';

export interface ExportResult {
  /** DICOM files that imports have met: stored and duplicates. */
  readonly found: number;
  readonly duplicates: number;
  readonly exported: number;
  readonly unknown: number;
}

/**
 * Writes the restructured tree and counts it against what was imported.
 * @throws Failure invalid naming the difference, where a stored file is not in the tree or the output holds files of another export
 */
export async function exportTree(
  { catalogue, blobs }: Pick<Laptop, 'catalogue' | 'blobs'>,
  options: { readonly output: string; readonly mode: ExportMode },
  progress: ProgressDisplay,
  signal: AbortSignal,
): Promise<ExportResult> {
  const output = resolve(options.output);
  const { stored, duplicates } = await catalogue.importTotals();
  const planned = await planTree({ catalogue });
  // Before anything is written: a folder of something else, or the source itself, stays as it is.
  const strangers = (await dicomFilesUnder(output)).filter((path) => !planned.has(path));
  if (strangers.length > 0) {
    throw invalid(
      `${output} holds ${String(strangers.length)} DICOM files that are not of this export (${some(strangers)}): export to an empty folder`,
    );
  }
  let exported = 0;
  for (const [path, image] of planned) {
    signal.throwIfAborted();
    const source = blobs.localPath(image.blob);
    if (source === undefined) await placeBytes(await blobs.get(image.blob, signal), join(output, path));
    else await placeFile(source, join(output, path), options.mode);
    exported += 1;
    progress.update('export', { done: exported, total: planned.size });
  }
  if (exported !== stored) throw invalid(await nameDifference({ catalogue }, stored, planned));
  const unknown = [...planned.values()].filter(({ kind }) => kind === 'UNKNOWN').length;
  return { found: stored + duplicates, duplicates, exported, unknown };
}

/** Which image goes where. @throws Failure bug where two images have one name */
async function planTree({ catalogue }: Pick<Laptop, 'catalogue'>): Promise<ReadonlyMap<string, ImageRecord>> {
  const planned = new Map<string, ImageRecord>();
  for await (const image of allPages((page) => catalogue.listImages(page))) {
    const path = exportedPath(image);
    const other = planned.get(path);
    if (other !== undefined) throw bug(`${path} is the name of two files in the catalogue: ${other.sourcePath} and ${image.sourcePath}`);
    planned.set(path, image);
  }
  return planned;
}

async function nameDifference(
  { catalogue }: Pick<Laptop, 'catalogue'>,
  stored: number,
  planned: ReadonlyMap<string, ImageRecord>,
): Promise<string> {
  const exported = new Set<string | undefined>([...planned.values()].map(({ blob }) => blob.sha256));
  const missing: string[] = [];
  for await (const file of allPages((page) => catalogue.listSourceFiles('STORED', page))) {
    if (!exported.has(file.sha256)) missing.push(file.sourcePath);
  }
  const which = missing.length > 0 ? `: not catalogued are ${some(missing)}` : '';
  return `${String(stored)} files were stored and ${String(planned.size)} exported${which}; see "mammoline dead-letters", or wait until the pipeline is quiet`;
}

async function dicomFilesUnder(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.dcm'))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const some = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? `, and ${String(names.length - 5)} more` : '');
