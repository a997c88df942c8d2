import type { PatientTraits } from '@mammoline/catalogue';
import { sha256Of, type PatientCode } from '@mammoline/kernel';

/**
 * Parts patients into folds, seeded and stratified: patients of one pathology who have, or have not, several abnormalities in a view are dealt to the folds in turn, each stratum
 * going on where the one before ended, so that folds differ by one patient at most, in each stratum and in all. Every patient is in one fold.
 * @param patients each once; one without traits is a stratum of its own kind
 */
export function drawFolds(
  patients: readonly PatientCode[],
  traits: readonly PatientTraits[],
  folds: number,
  seed: number,
): readonly (readonly PatientCode[])[] {
  const stratumOf = new Map(
    traits.map(({ patient, pathology, hasSeveral }) => [patient, `${pathology ?? 'unknown'} ${String(hasSeveral)}`]),
  );
  const place = (patient: PatientCode): string => sha256Of(`fold:${String(seed)}:${patient}`);
  const strata = Map.groupBy(patients, (patient) => stratumOf.get(patient) ?? 'unknown false');
  const dealt = [...strata.keys()]
    .sort()
    .flatMap((stratum) => (strata.get(stratum) ?? []).toSorted((a, b) => (place(a) < place(b) ? -1 : 1)));
  return Array.from({ length: folds }, (_, fold) => dealt.filter((_, index) => index % folds === fold).sort());
}
