import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { invalid } from '@mammoline/kernel';
import type { Laptop } from '../clients/open-laptop.ts';
import { allPages } from '../pipeline/all-pages.ts';
import type { ProgressDisplay } from '../terminal/terminal.ts';
import { exportedPath } from './exported-path.ts';
import { placeFile } from './place-file.ts';

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
  const written = new Map<string, string>();
  let unknown = 0;
  for await (const image of allPages((page) => catalogue.listImages(page))) {
    signal.throwIfAborted();
    const path = exportedPath(image);
    const source = blobs.localPath(image.blob);
    if (source === undefined) await writeBytes(join(output, path), await blobs.get(image.blob, signal));
    else await placeFile(source, join(output, path), options.mode);
    if (written.has(path))
      throw invalid(
        `${path} is the name of two files (${written.get(path) ?? ''} and ${image.sourcePath}): this is a mistake in the catalogue`,
      );
    written.set(path, image.sourcePath);
    if (image.kind === 'UNKNOWN') unknown += 1;
    progress.update('export', { done: written.size, total: stored });
  }
  const strangers = (await dicomFilesUnder(output)).filter((path) => !written.has(path));
  if (strangers.length > 0) {
    throw invalid(
      `${output} holds ${String(strangers.length)} DICOM files that are not of this export (${some(strangers)}): export to an empty folder`,
    );
  }
  if (written.size !== stored) throw invalid(await nameDifference({ catalogue }, stored, written));
  return { found: stored + duplicates, duplicates, exported: written.size, unknown };
}

async function nameDifference(
  { catalogue }: Pick<Laptop, 'catalogue'>,
  stored: number,
  written: ReadonlyMap<string, string>,
): Promise<string> {
  const exported = new Set(written.values());
  const missing: string[] = [];
  for await (const file of allPages((page) => catalogue.listSourceFiles('STORED', page)))
    if (!exported.has(file.sourcePath)) missing.push(file.sourcePath);
  const which = missing.length > 0 ? `: not catalogued are ${some(missing)}` : '';
  return `${String(stored)} files were stored and ${String(written.size)} exported${which}; see "mammoline dead-letters", or wait until the pipeline is quiet`;
}

async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

async function dicomFilesUnder(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.dcm'))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const some = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? `, and ${String(names.length - 5)} more` : '');
