import type { ModelVersionRecord } from '@mammoline/catalogue';
import { invalid, type PatientCode } from '@mammoline/kernel';
import type { ModelWithSplit } from './read-model-with-split.ts';

/**
 * The model that predicts each patient: one that has learnt nothing from the patient, in training or in validation (which chose epoch, threshold and smallest area). Of several such
 * models, folds of a cross-validation, the one that keeps the patient for its test.
 * @throws Failure invalid where a patient was seen by every model, or could be predicted by several
 */
export function assignModels(
  patients: readonly PatientCode[],
  models: readonly ModelWithSplit[],
): ReadonlyMap<PatientCode, ModelVersionRecord> {
  const sides = models.map(({ model, split }) => ({
    model,
    learnt: new Set([...split.training, ...split.validation]),
    test: new Set(split.test),
  }));
  const names = models.map(({ model }) => model.id).join(', ');
  const seen: PatientCode[] = [];
  const assigned = new Map<PatientCode, ModelVersionRecord>();
  for (const patient of patients) {
    const unseen = sides.filter(({ learnt }) => !learnt.has(patient));
    const testing = unseen.filter(({ test }) => test.has(patient));
    const [choice, another] = testing.length > 0 ? testing : unseen;
    if (another !== undefined) {
      throw invalid(
        `found ${patient}, whom several of the models ${names} have not learnt from; expected folds of one cross-validation, where one model keeps each patient for its test`,
        { field: 'model_version_ids' },
      );
    }
    if (choice === undefined) seen.push(patient);
    else assigned.set(patient, choice.model);
  }
  if (seen.length > 0) {
    throw invalid(
      `found ${String(seen.length)} patients to evaluate (${seen.slice(0, 5).join(', ')}${seen.length > 5 ? ', …' : ''}) whom ${names} learnt from in training or validation: ` +
        'such scores are not to be believed. Compare models of the same split',
      { field: 'model_version_ids' },
    );
  }
  return assigned;
}
