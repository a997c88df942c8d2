import { maskMerged, outgoing, type MaskMerged, type OutgoingEvent } from '@mammoline/contracts';
import { lateralities, newUuid, parsePatientCode, viewPositions } from '@mammoline/kernel';

const patients = 1500;
/** A revision is an int32. */
const timeLimitMs = 2 ** 31;

/** As every event of a running pipeline has one: without it the runtime begins a trace for each. */
export const sampleTraceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Events of 6000 views, one after another. @param sentMs the wall clock, for {@link delaySinceMs}; it travels as the revision */
export function sampleEvent(index: number, sentMs = 0): OutgoingEvent {
  const patient = parsePatientCode(`P_${String((index % patients) + 1).padStart(5, '0')}`);
  const laterality = lateralities[Math.floor(index / patients) % 2];
  const position = viewPositions[Math.floor(index / patients / 2) % 2];
  if (patient === undefined || laterality === undefined || position === undefined) throw new Error(`event ${String(index)} names no view`);
  const view = { patient, laterality, position };
  return outgoing<MaskMerged>(maskMerged, { view, abnormalityKind: 'MASS', mergedMaskId: newUuid(), revision: sentMs % timeLimitMs });
}

export const delaySinceMs = (revision: number, nowMs: number): number => (nowMs % timeLimitMs) - revision;
