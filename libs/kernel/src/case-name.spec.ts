import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatCaseName, formatImageName, parseCaseName, parsePatientCode, viewKey } from './case-name.ts';
import { abnormalityKinds, lateralities, officialSplits, viewPositions } from './mammogram-terms.ts';

describe('parseCaseName', () => {
  test('reads what formatCaseName writes, with and without a number, inside of other text', () => {
    const parts = fc.record({
      patient: fc
        .oneof(
          fc.integer({ min: 0, max: 9_999_999 }).map((number) => String(number).padStart(5, '0')),
          fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{13}$/),
        )
        .map((code) => parsePatientCode(`P_${code}`) ?? expect.unreachable()),
      laterality: fc.constantFrom(...lateralities),
      position: fc.constantFrom(...viewPositions),
      kind: fc.constantFrom(...abnormalityKinds),
      split: fc.constantFrom(...officialSplits),
      abnormalityNumber: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(parts, (expected) => {
        const name = formatCaseName(expected) + (expected.abnormalityNumber === undefined ? '' : `_${String(expected.abnormalityNumber)}`);
        for (const text of [name, `${name}.dcm`, `CBIS-DDSM/${name}/1.000000-ROI mask images-1/1-1.dcm`])
          expect(parseCaseName(text)).toEqual(expected);
      }),
    );
  });

  test.each([
    '',
    'P_00038_LEFT_CC_1',
    'Mass-Training_P_1_LEFT_CC',
    'Mass-Training_P_000001_LEFT_CC',
    'Mass-Training_P_12345678_LEFT_CC',
    'Mass-Training_P_ABCDEFGHJKMN_LEFT_CC',
    'Mass-Training_P_ABCDEFGHIJKLM_LEFT_CC',
    'Mass-Training_P_00001_LEFT_CCX',
    'Mass-Training_P_00001_LEFT',
  ])('finds none in %j', (text) => {
    expect(parseCaseName(text)).toBeUndefined();
  });
});

test('names of views, cases and images', () => {
  const ref = parseCaseName('Calc-Test_P_00038_LEFT_CC_2') ?? expect.unreachable();
  expect(viewKey(ref)).toBe('P_00038_LEFT_CC');
  expect(formatCaseName(ref)).toBe('Calc-Test_P_00038_LEFT_CC');
  expect(formatImageName(ref, 'FULL', undefined, 1)).toBe('Calc-Test_P_00038_LEFT_CC_FULL');
  expect(formatImageName(ref, 'MASK', 2, 1)).toBe('Calc-Test_P_00038_LEFT_CC_MASK_2');
  expect(formatImageName(ref, 'MASK', 2, 3)).toBe('Calc-Test_P_00038_LEFT_CC_MASK_2_v3');
});
