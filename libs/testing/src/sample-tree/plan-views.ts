import type { AbnormalityKind, CaseRef, Laterality, OfficialSplit, PatientCode, ViewPosition } from '@mammoline/kernel';
import { bug, parsePatientCode } from '@mammoline/kernel';
import { massMargins } from './draw-mass.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import type { PlannedLesion } from './render-view.ts';
import type { SampleTreeSettings } from './settings.ts';

/** What is wrong with the files or rows of a view on purpose, as it is in the real set. */
export const quirkNames = [
  'pid_dcm',
  'swap_csv',
  'nodesc_full',
  'nodesc_roi',
  'two_series',
  'mask_size',
  'mask_aspect',
  'clash',
  'fog',
  'touch',
] as const;
export type Quirk = (typeof quirkNames)[number];

/** A lesion with what the tables say of it. */
export interface PlannedAbnormality extends PlannedLesion {
  readonly number: number;
  readonly pathology: string;
  readonly assessment: number;
  readonly subtlety: number;
  /** Shape and margins, or type and distribution, by the names of the table's columns. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PlannedView {
  readonly case: CaseRef;
  readonly density: number;
  readonly abnormalities: readonly PlannedAbnormality[];
  readonly quirks: ReadonlySet<Quirk>;
}

const shapes = ['ROUND', 'OVAL', 'LOBULATED', 'IRREGULAR', 'ARCHITECTURAL_DISTORTION'] as const;
const calcificationTypes = ['PLEOMORPHIC', 'AMORPHOUS', 'PUNCTATE', 'FINE_LINEAR_BRANCHING', 'LUCENT_CENTER'] as const;
const calcificationDistributions = ['CLUSTERED', 'SEGMENTAL', 'REGIONAL', 'LINEAR'] as const;

/** Decides who has what: patients, sides, positions, abnormalities and quirks. Each patient has a random stream of its own. */
export function planViews(settings: SampleTreeSettings): readonly PlannedView[] {
  const views: PlannedView[] = [];
  const seen: Record<AbnormalityKind, number> = { MASS: 0, CALCIFICATION: 0 };
  for (let patient = 0; patient < settings.patients; patient++) {
    const kind = isTurn(patient, settings.calcificationShare) ? 'CALCIFICATION' : 'MASS';
    // Counted within the kind, so that both kinds have their share of the test patients.
    const split = isTurn(seen[kind]++, settings.testShare) ? 'TEST' : 'TRAINING';
    views.push(...planPatient(settings, patient, kind, split));
  }
  return views.slice(0, settings.maxViews);
}

/** Spreads a share evenly over a row of items: with 0.25, every fourth one. */
const isTurn = (index: number, share: number): boolean => Math.floor((index + 1) * share + 1e-9) > Math.floor(index * share + 1e-9);

function planPatient(settings: SampleTreeSettings, patient: number, kind: AbnormalityKind, split: OfficialSplit): PlannedView[] {
  const random = createRandom('patient', settings.seed, patient);
  const density = random.pick([1, 2, 3, 4], [0.15, 0.4, 0.3, 0.15]);
  const sides: readonly Laterality[] = random.chance(0.35) ? ['LEFT', 'RIGHT'] : [random.pick(['LEFT', 'RIGHT'])];
  const positions: readonly ViewPosition[] = random.chance(0.8) ? ['CC', 'MLO'] : [random.pick(['CC', 'MLO'])];
  return sides.flatMap((laterality) => {
    const count = 1 + Number(random.chance(0.14)) + Number(random.chance(0.03));
    // One abnormality is seen in both positions: a little larger or fainter, with the same reading.
    const found = Array.from({ length: count }, (_, index) => planAbnormality(random, settings, kind, index + 1));
    return positions.map((position) => ({
      case: { patient: patientCode(patient + 1), laterality, position, kind, split },
      density,
      abnormalities: found.map((one) => ({
        ...one,
        radiusShare: one.radiusShare * random.uniform(0.92, 1.08),
        contrast: one.contrast * random.uniform(0.9, 1.1),
      })),
      quirks: planQuirks(random, settings.quirkRate),
    }));
  });
}

function planAbnormality(random: Random, settings: SampleTreeSettings, kind: AbnormalityKind, number: number): PlannedAbnormality {
  const margin = random.pick(massMargins, [0.25, 0.15, 0.16, 0.22, 0.22]);
  const looksBad =
    kind === 'MASS' ? margin === 'SPICULATED' || margin === 'ILL_DEFINED' || margin === 'MICROLOBULATED' : random.chance(0.4);
  const pathology = looksBad
    ? random.pick(['MALIGNANT', 'BENIGN'], [0.85, 0.15])
    : random.pick(['BENIGN', 'BENIGN_WITHOUT_CALLBACK', 'MALIGNANT'], [0.6, 0.28, 0.12]);
  const contrast = random.uniform(...(kind === 'MASS' ? settings.massContrast : settings.calcificationContrast));
  const [faintest, brightest] = settings.massContrast;
  return {
    number,
    kind,
    margin,
    radiusShare: random.uniform(...(kind === 'MASS' ? settings.massRadiusShare : settings.calcificationRadiusShare)),
    contrast,
    pathology,
    assessment: pathology === 'MALIGNANT' ? random.pick([5, 4], [0.7, 0.3]) : pathology === 'BENIGN' ? random.pick([3, 4], [0.7, 0.3]) : 2,
    // 5 is obvious.
    subtlety:
      kind === 'MASS'
        ? Math.min(5, Math.max(2, 2 + Math.round((3 * (contrast - faintest)) / (brightest - faintest || 1))))
        : random.integer(2, 6),
    attributes:
      kind === 'MASS'
        ? { 'mass shape': random.pick(shapes), 'mass margins': margin }
        : { 'calc type': random.pick(calcificationTypes), 'calc distribution': random.pick(calcificationDistributions) },
  };
}

function planQuirks(random: Random, rate: number): ReadonlySet<Quirk> {
  const probabilities: Readonly<Record<Quirk, number>> = {
    two_series: 0.35,
    nodesc_full: 0.03 * rate,
    nodesc_roi: 0.06 * rate,
    mask_size: 0.05 * rate,
    mask_aspect: 0.01 * rate,
    swap_csv: 0.15 * rate,
    pid_dcm: 0.1 * rate,
    clash: 0.05 * rate,
    fog: 0.08 * rate,
    touch: 0.1 * rate,
  };
  const quirks = new Set(quirkNames.filter((name) => random.chance(probabilities[name])));
  // A mask of another shape has another size, too.
  if (quirks.has('mask_aspect')) quirks.add('mask_size');
  return quirks;
}

function patientCode(number: number): PatientCode {
  const code = parsePatientCode(`P_${String(number).padStart(5, '0')}`);
  if (code === undefined) throw bug(`patient ${String(number)} has no code of five digits`);
  return code;
}
