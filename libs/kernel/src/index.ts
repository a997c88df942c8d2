export { assertNever } from './assert-never.ts';
export { backoffDelayMs, type BackoffPolicy } from './backoff.ts';
export type { Brand } from './brand.ts';
export {
  formatCaseName,
  formatImageName,
  kindWord,
  parseCaseName,
  parsePatientCode,
  viewKey,
  type CaseNameParts,
  type CaseRef,
  type PatientCode,
  type ViewRef,
} from './case-name.ts';
export { systemClock, type Clock } from './clock.ts';
export {
  bug,
  conflict,
  describeError,
  Failure,
  failureKinds,
  invalid,
  toFailure,
  unavailable,
  type FailureKind,
  type FailureOptions,
} from './failure.ts';
export { createTurns, type Turns } from './create-turns.ts';
export { deriveUuid, newUuid, parseSha256, parseUuid, sha256Of, type Sha256, type Uuid } from './ids.ts';
export { inBatches } from './in-batches.ts';
export { mapInOrder } from './map-in-order.ts';
export {
  abnormalityKinds,
  imageKinds,
  lateralities,
  officialSplits,
  pictureKinds,
  viewPositions,
  type AbnormalityKind,
  type ImageKind,
  type PictureKind,
  type Laterality,
  type OfficialSplit,
  type ViewPosition,
} from './mammogram-terms.ts';
export { modelAliases, type ModelAlias } from './model-alias.ts';
export { err, ok, type Result } from './result.ts';
export { Scope } from './scope.ts';
export { sleep } from './sleep.ts';
export { stableJson } from './stable-json.ts';
