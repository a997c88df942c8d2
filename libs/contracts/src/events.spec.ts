import { deriveUuid, parseCaseName, sha256Of } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import * as events from './events.ts';
import { outgoing, type EventType } from './event-type.ts';
import * as proto from './gen/mammoline/events/v1/events.ts';
import { abnormalityKindCodec, viewRefCodec } from './terms.ts';

const { patient, laterality, position } = parseCaseName('Mass-Training_P_00001_LEFT_MLO') ?? expect.unreachable();
const view = { patient, laterality, position };
const id = deriveUuid('spec');
const abnormalityKind = 'CALCIFICATION' as const;

function check<Data>(type: EventType<Data>, topic: string, key: string, data: NoInfer<Data>): void {
  test(`${topic} keeps its data and its key`, () => {
    expect(type.topic).toBe(topic);
    expect(type.decode(type.encode(data))).toEqual(data);
    expect(outgoing(type, data)).toMatchObject({ topic, key });
  });
}

describe('events', () => {
  const blob = { sha256: sha256Of('x'), sizeBytes: 2 ** 40, uri: 'file:///a b.dcm' };
  check(events.importRequested, 'mammoline.import.requested.v1', 's3://bucket/a', { directory: 's3://bucket/a', copy: true });
  check(events.dicomReceived, 'mammoline.dicom.received.v1', blob.sha256, { blob, sourcePath: 'a b.dcm', importId: id });
  check(events.dicomRejected, 'mammoline.dicom.rejected.v1', 'x', { sourcePath: 'x', importId: id, reason: 'truncated', detail: 'cut' });
  check(events.imageCatalogued, 'mammoline.image.catalogued.v1', 'P_00001_LEFT_MLO', {
    view,
    abnormalityKind,
    imageKind: undefined,
    imageId: undefined,
  });
  check(events.maskMerged, 'mammoline.mask.merged.v1', 'P_00001_LEFT_MLO', { view, abnormalityKind, mergedMaskId: id, revision: 3 });
  check(events.viewPrepared, 'mammoline.view.prepared.v1', 'P_00001_LEFT_MLO', {
    view,
    abnormalityKind,
    preparedViewId: id,
    revision: 1,
    hasMask: true,
  });
  check(events.trainingRequested, 'mammoline.training.requested.v1', id, { runId: id });
  check(events.modelPublished, 'mammoline.model.published.v1', id, { modelVersionId: id, runId: deriveUuid('run') });
  check(events.predictionRequested, 'mammoline.prediction.requested.v1', 'P_00001_LEFT_MLO', {
    view,
    abnormalityKind,
    preparedViewId: id,
    modelVersionId: id,
  });
  check(events.predictionCompleted, 'mammoline.prediction.completed.v1', 'P_00001_LEFT_MLO', {
    predictionId: id,
    view,
    abnormalityKind,
    modelVersionId: id,
    probability: 0.25,
  });

  test('bytes that are not the data are refused with the topic and the reason', () => {
    expect(() => events.maskMerged.decode(Uint8Array.of(0xff, 0xff))).toThrow(
      /mammoline\.mask\.merged\.v1: found 2 bytes that are not its data/,
    );
    const noView = proto.MaskMerged.encode({ view: undefined, abnormalityKind: 1, mergedMaskId: id, revision: 1 }).finish();
    expect(() => events.maskMerged.decode(noView)).toThrow(expect.objectContaining({ kind: 'invalid' }) as Error);
  });
});

describe('terms', () => {
  test('unspecified is undefined, and a number outside the vocabulary names the field', () => {
    expect(abnormalityKindCodec.fromProto(0, 'kind')).toBeUndefined();
    expect(() => abnormalityKindCodec.require(0, 'kind')).toThrow(/kind is missing: expected one of MASS, CALCIFICATION/);
    expect(() => abnormalityKindCodec.fromProto(9, 'kind')).toThrow(/kind: found 9/);
  });

  test('a view names the field at fault', () => {
    const good = viewRefCodec.toProto(view);
    expect(viewRefCodec.fromProto(good)).toEqual(view);
    expect(() => viewRefCodec.fromProto(undefined)).toThrow(expect.objectContaining({ field: 'view' }) as Error);
    expect(() => viewRefCodec.fromProto({ ...good, patientCode: '1' })).toThrow(
      expect.objectContaining({ field: 'view.patient_code' }) as Error,
    );
    expect(() => viewRefCodec.fromProto({ ...good, laterality: 0 })).toThrow(
      expect.objectContaining({ field: 'view.laterality' }) as Error,
    );
  });
});
