import { sha256Of } from '@mammoline/kernel';
import { expect, it } from 'vitest';
import { describeSubject } from './describe-subject.ts';

const view = { patientCode: 'P_00042', laterality: 1, position: 2 };

it.each([
  [['modelVersionId', 'alias'], [{ modelVersionId: 'm', alias: 'champion' }], 'm champion'],
  [['source', 'modelVersionId'], [{ source: { $case: 'view', value: view }, modelVersionId: '' }], 'P_00042_LEFT_MLO'],
  [['source'], [{ source: { $case: 'dicom', value: new Uint8Array([1]) } }], `sha256:${sha256Of(new Uint8Array([1]))}`],
  [['blob'], [undefined, { blob: { sha256: 'abc', sizeBytes: 3n, uri: 'cas:' } }], 'sha256:abc'],
  [['runId'], [{ runId: '' }, { runId: 'r' }], 'r'],
  [['ids'], [{ ids: ['a', 'b'] }], 'a,b'],
  [['view'], [{ view: { ...view, laterality: 9, position: 0 } }], 'P_00042_9_?'],
  [['view'], [{ view: undefined }], ''],
])('tells %s of %o as %s', (fields, messages, text) => {
  expect(describeSubject(fields, messages)).toBe(text);
});

it('is not as long as a caller likes', () => {
  expect(describeSubject(['a'], [{ a: 'x'.repeat(10_000) }])).toHaveLength(500);
});
