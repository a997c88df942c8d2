import { deriveUuid, viewKey, type AbnormalityKind, type Sha256, type Uuid, type ViewRef } from '@mammoline/kernel';

/** Every id derives from the row's key, so that whoever writes a row first, and however often, the ids are the same. */
export const viewIdOf = (view: ViewRef): Uuid => deriveUuid('view', viewKey(view));
export const imageIdOf = (sha256: Sha256): Uuid => deriveUuid('image', sha256);
export const mergedMaskIdOf = (view: ViewRef, kind: AbnormalityKind): Uuid => deriveUuid('merged-mask', viewKey(view), kind);
export const preparedViewIdOf = (view: ViewRef, kind: AbnormalityKind): Uuid => deriveUuid('prepared-view', viewKey(view), kind);
export const repairIdOf = (kind: string, subject: string): Uuid => deriveUuid('repair', kind, subject);
export const deadLetterIdOf = (stage: string, eventId: Uuid): Uuid => deriveUuid('dead-letter', stage, eventId);
export const abnormalityIdOf = (view: ViewRef, kind: AbnormalityKind, number: number): Uuid =>
  deriveUuid('abnormality', viewKey(view), kind, number);
