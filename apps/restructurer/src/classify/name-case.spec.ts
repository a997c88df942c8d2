import { formatCaseName, viewKey } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { nameCase } from './name-case.ts';

const summary = (patientId: string | undefined, path: string): string => {
  const naming = nameCase(patientId, path);
  switch (naming.kind) {
    case 'named': {
      const quirks = naming.quirks.map(({ kind }) => kind).join(' ');
      return `${formatCaseName(naming.case)} ${String(naming.abnormalityNumber)} ${quirks}`.trimEnd();
    }
    case 'prefixless':
      return `prefixless ${viewKey(naming.view)} ${String(naming.abnormalityNumber)}`;
    case 'unnamed':
      return naming.reason;
  }
};
const folder = 'CBIS-DDSM/Calc-Test_P_00038_LEFT_CC_1/08-29-2017-DDSM-94942/1.000000-ROI mask images-18515/1-1.dcm';

describe('nameCase', () => {
  test.each([
    ['Mass-Training_P_00001_LEFT_CC', 'a.dcm', 'Mass-Training_P_00001_LEFT_CC undefined'],
    ['Calc-Test_P_00038_LEFT_CC_1', folder, 'Calc-Test_P_00038_LEFT_CC 1'],
    ['Calc-Test_P_00038_LEFT_CC_1.dcm', folder, 'Calc-Test_P_00038_LEFT_CC 1 patient-id-suffix'],
    ['P_00038_LEFT_CC_1', folder, 'Calc-Test_P_00038_LEFT_CC 1 patient-id-prefix'],
    ['P_00038_LEFT_CC_1.dcm', folder, 'Calc-Test_P_00038_LEFT_CC 1 patient-id-prefix patient-id-suffix'],
    ['Calc-Test_P_00038_LEFT_CC', folder, 'Calc-Test_P_00038_LEFT_CC 1'],
    ['P_00038_LEFT_CC_1', 'upload.dcm', 'prefixless P_00038_LEFT_CC 1'],
    ['P_00038_RIGHT_CC_1', folder, 'prefixless P_00038_RIGHT_CC 1'],
    ['Mass-Test_P_00002_LEFT_CC_1', folder, 'Mass-Test_P_00002_LEFT_CC 1 path-contradicts-patient-id'],
    [undefined, folder, 'Calc-Test_P_00038_LEFT_CC 1 missing-patient-id'],
    ['patient 7', 'CBIS-DDSM/Calc/Test/Calc-Test_P_00038_LEFT_CC_MASK_2.dcm', 'Calc-Test_P_00038_LEFT_CC 2 missing-patient-id'],
    ['patient 7', 'a.dcm', 'no case name in PatientID "patient 7" nor in the path'],
  ])('%s in %s', (patientId, path, expected) => {
    expect(summary(patientId, path)).toBe(expected);
  });
});
