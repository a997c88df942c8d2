import { pseudonymisePath } from '@mammoline/dicom';
import type { Pseudonyms } from '@mammoline/dicom';
import { parsePatientCode } from '@mammoline/kernel';
import { findColumns } from './table-columns.ts';

/** What the tables of CBIS-DDSM say of views and abnormalities; several are joined by hyphens. */
const terms = new Set(
  (
    'LEFT RIGHT CC MLO MASS CALCIFICATION MALIGNANT BENIGN BENIGN_WITHOUT_CALLBACK N/A NA NAN NONE NULL ' +
    'AMORPHOUS ARCHITECTURAL_DISTORTION ASYMMETRIC_BREAST_TISSUE CIRCUMSCRIBED CLUSTERED COARSE DIFFUSELY_SCATTERED DYSTROPHIC EGGSHELL FINE_LINEAR_BRANCHING ' +
    'FOCAL_ASYMMETRIC_DENSITY ILL_DEFINED IRREGULAR LARGE_RODLIKE LINEAR LOBULATED LUCENT_CENTER LUCENT_CENTERED LYMPH_NODE MICROLOBULATED MILK_OF_CALCIUM OBSCURED OVAL ' +
    'PLEOMORPHIC PUNCTATE REGIONAL ROUND ROUND_AND_REGULAR SEGMENTAL SKIN SPICULATED VASCULAR'
  ).split(' '),
);
const otherColumns = new Set(['mass shape', 'mass margins', 'calc type', 'calc distribution']);

/** Records without anybody's name, the header first, and how many columns and values were left out for it. */
export interface DeidentifiedRecords {
  readonly records: readonly (readonly string[])[];
  readonly problems: readonly string[];
}

/**
 * The records of a table with pseudonyms for patients, in codes and paths, and nothing else in it but the tables' own terms and numbers of up to three digits: any other value may be a
 * name, in a column of its own or in one that slipped, and is left blank.
 */
export function deidentifyRecords([header, ...rows]: readonly (readonly string[])[], pseudonyms: Pseudonyms): DeidentifiedRecords {
  if (header === undefined) return { records: [], problems: [] };
  const { known, others } = findColumns(header);
  const kept = new Set([...Object.values(known), ...others.filter(({ name }) => otherColumns.has(name)).map(({ index }) => index)]);
  const paths = new Set([known.full, known.crop, known.mask]);
  let blanked = 0;
  const hide = (value: string, index: number): string => {
    const text = value.trim();
    if (text === '' || !kept.has(index)) return '';
    const hidden = hideValue(text, index === known.patient ? 'patient' : paths.has(index) ? 'path' : 'term', pseudonyms);
    if (hidden === undefined) blanked += 1;
    return hidden ?? '';
  };
  const records = [header.map((name, index) => (kept.has(index) ? name : '')), ...rows.map((row) => row.map(hide))];
  const left = header.length - kept.size;
  return {
    records,
    problems: [
      ...(left > 0 ? [`${String(left)} columns are none of the tables' own: de-identified, their values are not read`] : []),
      ...(blanked > 0 ? [`${String(blanked)} values are none of the tables' own terms: de-identified, they are left out`] : []),
    ],
  };
}

function hideValue(text: string, kind: 'patient' | 'path' | 'term', pseudonyms: Pseudonyms): string | undefined {
  switch (kind) {
    case 'patient': {
      const code = parsePatientCode(text);
      return code === undefined ? undefined : pseudonyms.patientCode(code);
    }
    case 'path':
      return /^n\/?a$/i.test(text) ? '' : pseudonymisePath(text, pseudonyms);
    case 'term':
      return /^\d{1,3}$/.test(text) ||
        text
          .toUpperCase()
          .split('-')
          .every((term) => terms.has(term))
        ? text
        : undefined;
  }
}

/** The name of a table, of which its kind and split may be told, without what else is in it. */
export function hideTableName(fileName: string, pseudonyms: Pseudonyms): string {
  if (/^(?:mass|calc)_case_description_(?:train|test)_set\.csv$/i.test(fileName)) return fileName;
  const words = [/calc/i, /mass/i, /train/i, /test/i].flatMap((word) => word.exec(fileName)?.[0].toLowerCase() ?? []);
  return `${[...words, pseudonyms.hash('name', fileName).slice(0, 16)].join('-')}.csv`;
}
