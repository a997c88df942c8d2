import type { PreparedViewRecord } from '@mammoline/catalogue';
import type { PatientCode } from '@mammoline/kernel';

/**
 * Patients who are in Training of one kind and in Test of the other: CBIS-DDSM splits masses and calcifications apart, and 31 of its patients cross. Sorted.
 */
export function crossingPatients(
  views: readonly {
    readonly view: Pick<PreparedViewRecord['view'], 'patient'>;
    readonly officialSplit: PreparedViewRecord['officialSplit'];
  }[],
): readonly PatientCode[] {
  const patientsIn = (split: PreparedViewRecord['officialSplit']): ReadonlySet<PatientCode> =>
    new Set(views.filter(({ officialSplit }) => officialSplit === split).map(({ view }) => view.patient));
  return [...patientsIn('TRAINING').intersection(patientsIn('TEST'))].sort();
}
