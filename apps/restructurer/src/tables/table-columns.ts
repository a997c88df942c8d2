/** The columns that a row is read from, and the names they go by: those of the archive first, then those of damaged copies. */
const columnNames = {
  patient: ['patient id'],
  density: ['breast density', 'density'],
  laterality: ['left or right breast', 'side', 'laterality'],
  position: ['image view', 'view'],
  number: ['abnormality id', 'abn num', 'abnormality number'],
  type: ['abnormality type'],
  assessment: ['assessment'],
  pathology: ['pathology'],
  subtlety: ['subtlety'],
  full: ['image file path', 'od img path', 'img path'],
  crop: ['cropped image file path', 'od crop path', 'crop path'],
  mask: ['roi mask file path', 'mask path'],
} as const;

type KnownColumn = keyof typeof columnNames;

/** Without these a row has no place. */
export const requiredColumns = ['patient', 'laterality', 'position', 'number'] as const satisfies readonly KnownColumn[];

export interface TableColumns {
  /** Index of each known column that is there. */
  readonly known: Readonly<Partial<Record<KnownColumn, number>>>;
  /** The named rest (shape or type, margins or distribution). */
  readonly others: readonly { readonly name: string; readonly index: number }[];
}

/** Finds the columns of a header; `breast_density` and `breast density` are one name. */
export function findColumns(header: readonly string[]): TableColumns {
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[_\s]+/g, ' '),
  );
  const known: Partial<Record<KnownColumn, number>> = {};
  const taken = new Set<number>();
  for (const column of Object.keys(columnNames).filter(isKnownColumn)) {
    const index = columnNames[column].map((name) => names.indexOf(name)).find((at) => at >= 0);
    if (index === undefined) continue;
    known[column] = index;
    taken.add(index);
  }
  return { known, others: names.map((name, index) => ({ name, index })).filter(({ name, index }) => name !== '' && !taken.has(index)) };
}

const isKnownColumn = (name: string): name is KnownColumn => name in columnNames;
