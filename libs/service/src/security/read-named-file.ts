import { readFile } from 'node:fs/promises';
import { invalid } from '@mammoline/kernel';

/** The bytes of the file that a variable names. @throws Failure invalid naming the variable and the file */
export function readNamedFile(variable: string, file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw invalid(`${variable} names ${file}, which can't be read`, { cause });
  });
}
