import { accessSync, constants, statSync } from 'node:fs';
import type { OpenSourceTree } from '@mammoline/blobs';
import { invalid } from '@mammoline/kernel';
import { absoluteSource, isInBucket } from './absolute-source.ts';
import { findTables, type Table } from './find-tables.ts';

/** What to import, and its description tables. */
export interface Source {
  /** Absolute path of a folder, or `s3://bucket/prefix`. */
  readonly directory: string;
  readonly tables: readonly Table[];
}

/** @throws Failure invalid where the folder, the bucket, or the tables that were asked for, are not there or can't be read */
export async function findSource(
  openTree: OpenSourceTree,
  options: { readonly directory: string; readonly csvDirectory: string | undefined },
  signal: AbortSignal,
): Promise<Source> {
  const directory = absoluteSource(options.directory);
  if (!isInBucket(directory)) checkFolder(directory);
  return { directory, tables: await findTables(openTree, directory, options.csvDirectory, signal) };
}

function checkFolder(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw invalid(`${directory}: found no directory, expected the folder with the DICOM files`);
  }
  try {
    accessSync(directory, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw invalid(`${directory}: it may not be read; give this user the right to`, { cause: error });
  }
}
