import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalid } from '@mammoline/kernel';
import { findTables } from './find-tables.ts';

/** A folder to import, and its description tables. */
export interface Source {
  /** Absolute. */
  readonly directory: string;
  readonly tables: readonly string[];
}

/** @throws Failure invalid where the folder, or the tables that were asked for, are not there or can't be read */
export function findSource(options: { readonly directory: string; readonly csvDirectory: string | undefined }): Source {
  const directory = resolve(options.directory);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw invalid(`${directory}: found no directory, expected the folder with the DICOM files`);
  }
  try {
    accessSync(directory, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw invalid(`${directory}: it may not be read; give this user the right to`, { cause: error });
  }
  return { directory, tables: findTables(directory, options.csvDirectory) };
}
