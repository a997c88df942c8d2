import { openPseudonyms, type Pseudonyms } from '@mammoline/dicom';
import { readNamedFile } from '@mammoline/service';

/**
 * The pseudonyms under the key of a file; undefined where none is named.
 * @throws Failure invalid naming the file, where it can't be read or its key is too short
 */
export const openDeidentifyKey = (file: string | undefined): Promise<Pseudonyms | undefined> =>
  openPseudonyms({ MAMMOLINE_DEIDENTIFY_KEY_FILE: file === '' ? undefined : file }, (_, named) =>
    readNamedFile('the key to de-identify with', named),
  );
