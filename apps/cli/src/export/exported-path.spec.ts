import { parsePatientCode, sha256Of, newUuid, type CaseRef } from '@mammoline/kernel';
import type { ImageRecord } from '@mammoline/catalogue';
import { describe, expect, it } from 'vitest';
import { exportedPath } from './exported-path.ts';

function image(change: Partial<ImageRecord>): ImageRecord {
  const sha256 = sha256Of('bytes');
  return {
    id: newUuid(),
    blob: { sha256, sizeBytes: 5, uri: 'cas:' },
    sourcePath: 'a.dcm',
    header: {
      sopInstanceUid: '1',
      seriesInstanceUid: '1',
      rows: 1,
      columns: 1,
      bitsAllocated: 16,
      bitsStored: 16,
      photometric: 'MONOCHROME2',
      pixelSpacingMm: undefined,
    },
    case: undefined,
    kind: 'UNKNOWN',
    abnormalityNumber: undefined,
    evidence: '',
    variant: 1,
    ...change,
  };
}

function caseRef(): CaseRef {
  const patient = parsePatientCode('P_00007');
  if (patient === undefined) throw new Error('not a code');
  return { patient, laterality: 'LEFT', position: 'MLO', kind: 'CALCIFICATION', split: 'TEST' };
}

describe('exportedPath', () => {
  it('follows the restructured folders of CBIS-DDSM', () => {
    expect(exportedPath(image({ case: caseRef(), kind: 'FULL' }))).toBe('CBIS-DDSM/Calc/Test/Calc-Test_P_00007_LEFT_MLO_FULL.dcm');
    expect(
      exportedPath(image({ case: { ...caseRef(), kind: 'MASS', split: 'TRAINING' }, kind: 'MASK', abnormalityNumber: 2, variant: 2 })),
    ).toBe('CBIS-DDSM/Mass/Train/Mass-Training_P_00007_LEFT_MLO_MASK_2_v2.dcm');
  });

  it('names what could not be told by its hash', () => {
    expect(exportedPath(image({}))).toBe(`unknown/${sha256Of('bytes')}.dcm`);
  });
});
