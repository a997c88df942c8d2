import type { ImageRecord } from '@mammoline/catalogue';
import { imageCatalogued, outgoing } from '@mammoline/contracts';
import type { OutgoingEvent } from '@mammoline/contracts';

/** The event about a saved image; an UNKNOWN one belongs to no view and is not announced. */
export function catalogued({ id, case: ref, kind }: ImageRecord): readonly OutgoingEvent[] {
  if (ref === undefined || kind === 'UNKNOWN') return [];
  const { patient, laterality, position } = ref;
  return [outgoing(imageCatalogued, { view: { patient, laterality, position }, abnormalityKind: ref.kind, imageKind: kind, imageId: id })];
}
