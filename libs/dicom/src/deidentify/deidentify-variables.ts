import { describeError, invalid } from '@mammoline/kernel';
import { z } from 'zod';
import { createPseudonyms } from './pseudonyms.ts';
import type { Pseudonyms } from './pseudonyms.ts';

const variable = 'MAMMOLINE_DEIDENTIFY_KEY_FILE';

/** What switches de-identification on; docs/how-to/de-identify.md explains it. */
export const deidentifyVariables = z.object({ [variable]: z.string().optional() });

/**
 * Pseudonyms under the key of the file that is named; undefined where none is.
 * @param readNamedFile reads the file that a variable names
 * @throws Failure invalid naming the variable and the file, never the key
 */
export async function openPseudonyms(
  { MAMMOLINE_DEIDENTIFY_KEY_FILE: file }: z.infer<typeof deidentifyVariables>,
  readNamedFile: (variable: string, file: string) => Promise<Uint8Array>,
): Promise<Pseudonyms | undefined> {
  if (file === undefined) return undefined;
  const secret = await readNamedFile(variable, file);
  try {
    return createPseudonyms(secret);
  } catch (error) {
    throw invalid(`${variable} names ${file}: ${describeError(error)}`, { cause: error });
  }
}
