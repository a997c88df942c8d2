import { mkdir, realpath, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { createSourceTrees, UnreadableSource, type SourceEntry, type SourceTree } from '@mammoline/blobs';
import {
  defaultDicomLimits,
  deidentifyDicom,
  firstHeadBytes,
  isDicom,
  pseudonymisePath,
  type DeidentifiedDicom,
  type Pseudonyms,
} from '@mammoline/dicom';
import { describeError, invalid, newUuid } from '@mammoline/kernel';

export interface DeidentifiedFiles {
  readonly written: number;
  /** DICOM files that there is no copy of. */
  readonly refused: number;
  /** Files that are no DICOM. */
  readonly left: number;
  /** Path of the report: a line of JSON a copy. */
  readonly report: string;
}

/**
 * Writes copies without patients of the DICOM files in a folder, under names without any; a repeat under the same key writes the same. What is no DICOM is left out.
 * @param say told of each DICOM file that there is no copy of; it has the file's own name, for whoever runs this
 * @throws Failure invalid where `from` is no folder, or the copies would lie in it
 */
export async function deidentifyFiles(task: {
  readonly from: string;
  readonly to: string;
  readonly pseudonyms: Pseudonyms;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}): Promise<DeidentifiedFiles> {
  const { pseudonyms, signal, say } = task;
  const tree = await createSourceTrees('file:///')(resolve(task.from));
  await mkdir(task.to, { recursive: true });
  const to = await realpath(task.to);
  if (!relative(tree.root, to).startsWith('..'))
    throw invalid(`${task.to} lies in ${task.from}: the copies would be among the files; name a folder outside of it`);
  const lines: string[] = [];
  const names = new Set<string>();
  let refused = 0;
  let left = 0;
  const skipped = (): void => {
    left += 1;
  };
  for await (const entry of tree.walk(skipped, signal)) {
    let made: DeidentifiedDicom;
    try {
      const bytes = await readDicom(tree, entry, signal);
      if (bytes === undefined) {
        skipped();
        continue;
      }
      made = deidentifyDicom(bytes, pseudonyms, defaultDicomLimits);
    } catch (error) {
      signal.throwIfAborted();
      refused += 1;
      say(`${entry.sourcePath}: ${describeError(error)}`);
      continue;
    }
    const file = freeName(pseudonymisePath(entry.sourcePath, pseudonyms), entry.sourcePath, names, pseudonyms);
    await writeWhole(join(to, file), Buffer.concat(made.parts));
    lines.push(JSON.stringify({ file, ...made.report }));
  }
  const report = join(to, 'deidentification.jsonl');
  await writeFile(report, lines.map((line) => `${line}\n`).join(''));
  return { written: lines.length, refused, left, report };
}

/** The file's bytes; undefined for what is no DICOM. */
async function readDicom(tree: SourceTree, entry: SourceEntry, signal: AbortSignal): Promise<Uint8Array | undefined> {
  if (entry.problem !== undefined) throw new UnreadableSource(entry.problem);
  const file = await tree.open(entry, signal);
  try {
    if (!isDicom(await file.readHead(firstHeadBytes))) return undefined;
    const { sizeBytes } = file.stamp;
    const { maxDecodedBytes } = defaultDicomLimits;
    if (sizeBytes > maxDecodedBytes) throw invalid(`found ${String(sizeBytes)} bytes; expected at most ${String(maxDecodedBytes)}`);
    return await file.readHead(sizeBytes);
  } finally {
    await file.close();
  }
}

/** Two files that differ in what a pseudonymous path leaves out keep two names; the files of a folder always come in one order. */
function freeName(path: string, sourcePath: string, names: Set<string>, pseudonyms: Pseudonyms): string {
  const name = names.has(path) ? path.replace(/(?:\.dcm)?$/, `-${pseudonyms.hash('name', sourcePath).slice(0, 16)}.dcm`) : path;
  names.add(name);
  return name;
}

/** Whole or not at all. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${newUuid()}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
}
