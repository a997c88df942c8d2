import { invalid, type PatientCode } from '@mammoline/kernel';

export interface SplitSides {
  readonly training: readonly PatientCode[];
  readonly validation: readonly PatientCode[];
  readonly test: readonly PatientCode[];
}

/**
 * Refuses a split that has a patient on two sides: scores of such a split are not to be believed.
 * @throws Failure invalid naming the patients and their sides
 */
export function assertDisjoint(sides: SplitSides): void {
  const sidesOf = new Map<PatientCode, string[]>();
  for (const side of ['training', 'validation', 'test'] as const) {
    for (const patient of new Set(sides[side])) sidesOf.set(patient, [...(sidesOf.get(patient) ?? []), side]);
  }
  const leaking = [...sidesOf].filter(([, on]) => on.length > 1).map(([patient, on]) => `${patient} (${on.join(' and ')})`);
  if (leaking.length > 0) {
    throw invalid(
      `found ${String(leaking.length)} patients on more than one side of the split: ${leaking.join(', ')}; expected each on one. ` +
        `Split by patient, or leave those patients out of training`,
      { field: 'split' },
    );
  }
}
