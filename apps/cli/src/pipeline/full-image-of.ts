import type { ImageRecord, ViewRecord } from '@mammoline/catalogue';
import type { AbnormalityKind } from '@mammoline/kernel';

/** The first mammogram of a view in one of the two tables; where only the other table has one, that. */
export function fullImageOf(view: ViewRecord, kind: AbnormalityKind): ImageRecord | undefined {
  const fulls = view.images.filter((image) => image.kind === 'FULL' && image.variant === 1);
  return fulls.find((image) => image.case?.kind === kind) ?? fulls[0];
}
