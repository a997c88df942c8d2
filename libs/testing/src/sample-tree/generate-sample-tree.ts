import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { invalid, stableJson, toFailure } from '@mammoline/kernel';
import type { AbnormalityKind, OfficialSplit } from '@mammoline/kernel';
import { formatDescriptionTable } from './description-table.ts';
import type { TableEntry } from './description-table.ts';
import { planViews } from './plan-views.ts';
import { createRandom } from './random.ts';
import { checkSettings, defaultSettings } from './settings.ts';
import type { SampleTreeSettings } from './settings.ts';
import { writeView } from './write-view.ts';
import type { ViewTruth } from './write-view.ts';

/** Where to, and what differs from the defaults. */
export interface SampleTreeOptions extends Partial<SampleTreeSettings> {
  /** Absolute; missing or empty, or a tree that was made with the same settings. */
  readonly directory: string;
  readonly onProgress?: (viewsDone: number, views: number) => void;
  readonly signal?: AbortSignal;
}

export interface SampleTree {
  readonly directory: string;
  /** Holds the four description tables. */
  readonly csvDirectory: string;
  /** DICOM files. */
  readonly files: number;
  readonly views: number;
  readonly abnormalities: number;
}

interface Truth {
  readonly args: SampleTreeSettings;
  readonly files: number;
  readonly views: readonly ViewTruth[];
}

/**
 * Makes a raw tree in the layout of CBIS-DDSM's download, with its four tables and truth.json, all pixels drawn: no patient's data.
 * Equal settings make equal bytes. The tree is made beside its place and renamed: it is whole or absent, and a repeat is a no-op.
 * @throws Failure invalid where the directory holds something else, or a setting makes no sense.
 */
export async function generateSampleTree(options: SampleTreeOptions): Promise<SampleTree> {
  const { directory, onProgress, signal, ...changed } = options;
  if (!isAbsolute(directory))
    throw invalid(`sample tree: found ${JSON.stringify(directory)}, expected an absolute path`, { field: 'directory' });
  const settings: SampleTreeSettings = { ...defaultSettings, ...changed };
  checkSettings(settings);
  const existing = await existingTree(directory, settings);
  if (existing !== undefined) return existing;

  const partial = `${directory}.partial`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    const truth = await writeTree(partial, settings, onProgress, signal);
    await writeFile(join(partial, 'truth.json'), `${JSON.stringify(truth, undefined, 1)}\n`);
    await mkdir(dirname(directory), { recursive: true });
    await rename(partial, directory);
    return describeTree(directory, truth);
  } catch (error) {
    signal?.throwIfAborted();
    throw toFailure(error, 'unavailable', `the sample tree can't be written to ${directory}`);
  }
}

async function writeTree(
  root: string,
  settings: SampleTreeSettings,
  onProgress: SampleTreeOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<Truth> {
  const planned = planViews(settings);
  const entries: TableEntry[] = [];
  const views: ViewTruth[] = [];
  let files = 0;
  for (const view of planned) {
    signal?.throwIfAborted();
    const written = await writeView(root, settings.seed, settings.heightPx, view);
    files += written.files;
    views.push(written.truth);
    for (const [index, paths] of written.tablePaths.entries()) {
      const abnormality = view.abnormalities[index];
      if (abnormality !== undefined) entries.push({ view, abnormality, paths });
    }
    onProgress?.(views.length, planned.length);
  }
  await mkdir(join(root, 'csv'));
  for (const [kind, word] of [
    ['MASS', 'mass'],
    ['CALCIFICATION', 'calc'],
  ] as const satisfies readonly [AbnormalityKind, string][]) {
    for (const [split, set] of [
      ['TRAINING', 'train'],
      ['TEST', 'test'],
    ] as const satisfies readonly [OfficialSplit, string][]) {
      const rows = entries.filter(({ view }) => view.case.kind === kind && view.case.split === split);
      const table = formatDescriptionTable(word, rows, createRandom('table', settings.seed, word, set));
      await writeFile(join(root, 'csv', `${word}_case_description_${set}_set.csv`), table);
    }
  }
  return { args: settings, files, views };
}

/** The tree that is there already, if it was made with these settings; an empty directory is taken away to make room. */
async function existingTree(directory: string, settings: SampleTreeSettings): Promise<SampleTree | undefined> {
  const names = await readdir(directory).catch(() => undefined);
  if (names === undefined) return undefined;
  if (names.length === 0) {
    await rmdir(directory);
    return undefined;
  }
  const text = await readFile(join(directory, 'truth.json'), 'utf8').catch(() => '{}');
  const truth = JSON.parse(text) as Partial<Truth>;
  if (
    truth.args !== undefined &&
    truth.views !== undefined &&
    truth.files !== undefined &&
    stableJson(truth.args) === stableJson(settings)
  ) {
    return describeTree(directory, { args: truth.args, files: truth.files, views: truth.views });
  }
  throw invalid(
    `sample tree: ${directory} holds ${truth.args === undefined ? 'other files' : 'a tree made with other settings'}; expected an empty or missing directory`,
    {
      field: 'directory',
    },
  );
}

function describeTree(directory: string, { files, views }: Truth): SampleTree {
  const abnormalities = views.reduce((sum, view) => sum + view.abnormalities.length, 0);
  return { directory, csvDirectory: join(directory, 'csv'), files, views: views.length, abnormalities };
}
