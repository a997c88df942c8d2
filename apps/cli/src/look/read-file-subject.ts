import { readFile } from 'node:fs/promises';
import { readPixels } from '@mammoline/dicom';
import { Failure, invalid, toFailure } from '@mammoline/kernel';
import type { Subject } from './draw-preparation.ts';

/** Reads a mammogram of which nothing else is known. @throws Failure invalid, naming the file, where it can't be read or is no grey DICOM image */
export async function readFileSubject(file: string): Promise<Subject> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw toFailure(error, 'invalid', `${file}: it could not be read`);
  });
  try {
    return { name: file, ...readPixels(bytes), masks: [], mergedMask: undefined };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw invalid(`${file}: ${error.message}`, { cause: error });
  }
}
