import { pseudonymiseCaseName } from './pseudonymise-patient-id.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/**
 * A path in which nothing is left but what tells images of CBIS-DDSM apart: case names and UIDs as pseudonyms, the words for full images and crops, and the numbers of files.
 * Any other folder or name may be a patient's, and becomes a keyed hash: equal names stay equal.
 */
export function pseudonymisePath(path: string, pseudonyms: Pseudonyms): string {
  return path
    .split(/[\\/]/)
    .map((name) => (name === '' || isFileNumber(name) || isCompanion(name) ? name : pseudonymiseName(name, pseudonyms)))
    .join('/');
}

/** `1-1.dcm` of the downloader, `000000.dcm` of the tables: six digits might be a patient's number, so only the first hundred. */
const isFileNumber = (name: string): boolean => /^(?:\d{1,2}-\d{1,3}|0000\d\d)\.dcm$/i.test(name);

/** By the dot before it, by its end and by two names a file is told that accompanies images. */
const endings = /\.(?:dcm|csv|tsv|json|txt|md|html?|xml|pdf|xlsx?|log)$/i;
const isCompanion = (name: string): boolean => /^(?:thumbs\.db|desktop\.ini)$/i.test(name);

function pseudonymiseName(name: string, pseudonyms: Pseudonyms): string {
  const extension = endings.exec(name)?.[0].toLowerCase() ?? '';
  const caseName = pseudonymiseCaseName(name, pseudonyms);
  if (caseName !== undefined) {
    const image = /_(?:FULL|(?:CROP|MASK)_\d{1,3})(?:_v\d{1,3})?(?=\.\w+$|$)/.exec(name)?.[0] ?? '';
    return `${caseName}${image}${extension}`;
  }
  const uid = /^([0-2](?:\.\d+){3,})(?:\.dcm)?$/i.exec(name)?.[1];
  if (uid !== undefined) return `${pseudonyms.uid(uid)}${extension}`;
  const hash = pseudonyms.hash('name', name).slice(0, 16);
  const words = /full mammogram images|cropped images/i.exec(name)?.[0].toLowerCase();
  return `${name.startsWith('.') ? '.' : ''}${words === undefined ? '' : `${words}-`}${hash}${extension}`;
}
