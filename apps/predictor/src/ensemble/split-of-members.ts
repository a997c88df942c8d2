import type { SplitRecord } from '@mammoline/catalogue';
import { sha256Of, stableJson, type AbnormalityKind } from '@mammoline/kernel';

/**
 * What an ensemble learnt from: whatever any of its members did. A patient is for its test only where no member learnt from the patient, in training or in validation, so
 * that folds of one cross-validation together have no test patients.
 */
export function splitOfMembers(
  splits: readonly Pick<SplitRecord, 'training' | 'validation' | 'test'>[],
  abnormalityKind: AbnormalityKind | undefined,
): SplitRecord {
  const training = new Set(splits.flatMap((split) => split.training));
  const validation = new Set(splits.flatMap((split) => split.validation)).difference(training);
  const test = new Set(splits.flatMap((split) => split.test)).difference(training).difference(validation);
  const sides = { training: [...training].sort(), validation: [...validation].sort(), test: [...test].sort() };
  const kind = 'ensemble';
  return {
    hash: sha256Of(stableJson({ kind, abnormalityKind: abnormalityKind ?? 'ALL', ...sides })),
    kind,
    seed: 0,
    abnormalityKind,
    ...sides,
  };
}
