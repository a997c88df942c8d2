import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDicom } from 'dicom-parser';

/** Folders of a sample tree that hold one mammogram of a mass each. */
export function mammogramFolders(tree: string): readonly string[] {
  return readdirSync(join(tree, 'CBIS-DDSM'))
    .filter((name) => /^Mass-Training_P_\d+_(LEFT|RIGHT)_(CC|MLO)$/.test(name))
    .map((name) => join(tree, 'CBIS-DDSM', name));
}

/** Gives a mammogram one grey value, 1234: no stage can prepare it. */
export function makeGrey(file: string): void {
  const bytes = readFileSync(file);
  const pixels = parseDicom(bytes).elements['x7fe00010'];
  if (pixels === undefined) throw new Error('a drawn mammogram has no pixels');
  for (let offset = 0; offset < pixels.length; offset += 2) bytes.writeUInt16LE(1234, pixels.dataOffset + offset);
  writeFileSync(file, bytes);
}

export function onlyFileIn(folder: string): string {
  const [file] = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  if (file === undefined) throw new Error(`no file in ${folder}`);
  return join(file.parentPath, file.name);
}
