import type { PlannedAbnormality, PlannedView } from './plan-views.ts';
import type { Random } from './random.ts';
import type { TablePaths } from './write-view.ts';

/** The rows of one of the four description tables. */
export interface TableEntry {
  readonly view: PlannedView;
  readonly abnormality: PlannedAbnormality;
  readonly paths: TablePaths;
}

/** Writes a description table as TCIA's are: the density's header differs between Mass and Calc, and some paths end in a line feed. */
export function formatDescriptionTable(kind: 'mass' | 'calc', entries: readonly TableEntry[], random: Random): string {
  const own = kind === 'mass' ? ['mass shape', 'mass margins'] : ['calc type', 'calc distribution'];
  const header = [
    'patient_id',
    kind === 'mass' ? 'breast_density' : 'breast density',
    'left or right breast',
    'image view',
    'abnormality id',
    'abnormality type',
    ...own,
    'assessment',
    'pathology',
    'subtlety',
    'image file path',
    'cropped image file path',
    'ROI mask file path',
  ];
  const rows = entries.map(({ view, abnormality, paths }) => {
    const lineFeed = random.chance(0.5) ? '\n' : '';
    return [
      view.case.patient,
      String(view.density),
      view.case.laterality,
      view.case.position,
      String(abnormality.number),
      kind === 'mass' ? 'mass' : 'calcification',
      ...own.map((column) => abnormality.attributes[column] ?? ''),
      String(abnormality.assessment),
      abnormality.pathology,
      String(abnormality.subtlety),
      paths.full,
      paths.crop + lineFeed,
      paths.mask + lineFeed,
    ];
  });
  return [header, ...rows].map((cells) => `${cells.map(quote).join(',')}\n`).join('');
}

const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
