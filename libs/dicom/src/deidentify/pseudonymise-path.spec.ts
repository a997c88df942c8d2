import { parseCaseName } from '@mammoline/kernel';
import { expect, it, test } from 'vitest';
import { pseudonymisePath } from './pseudonymise-path.ts';
import { createPseudonyms } from './pseudonyms.ts';

const pseudonyms = createPseudonyms(Buffer.alloc(32, 'k'));
const safe = (path: string): string => pseudonymisePath(path, pseudonyms);
const code = pseudonyms.patientCode('P_00001');

test.each([
  ['Mass-Training_P_00001_LEFT_CC_1/1-2.dcm', `Mass-Training_${code}_LEFT_CC_1/1-2.dcm`],
  [`CBIS/Mass-Training_P_00001_LEFT_CC_MASK_1_v2.dcm`, `${safe('CBIS')}/Mass-Training_${code}_LEFT_CC_MASK_1_v2.dcm`],
  ['1.2.3.4/1.2.3.5/000001.dcm', `${pseudonyms.uid('1.2.3.4')}/${pseudonyms.uid('1.2.3.5')}/000001.dcm`],
  ['Jane Doe Mass-Training_P_00001_LEFT_CC/a', `Mass-Training_${code}_LEFT_CC/${safe('a')}`],
])('%s becomes %s', (path, expected) => {
  expect(safe(path)).toBe(expected);
});

test.each([
  'Jane Doe/1-1.dcm',
  '07-20-1961-DOE-72904/x.dcm',
  '471108.dcm',
  'P_00001.dcm',
  'DOE^JANE',
  '19610720',
  'C:\\Doe\\jane.dcm',
  'Doe/full mammogram images Doe',
])('nothing of %s is left', (path) => {
  expect(safe(path)).not.toMatch(/doe|jane|1961|4711|00001/i);
});

it('keeps the words by which images are told, and equal folders equal', () => {
  expect(safe('1.000000-full mammogram images-24515/1-1.dcm')).toMatch(/^full mammogram images-[0-9a-f]{16}\/1-1\.dcm$/);
  expect(safe('Doe/1-1.dcm').split('/')[0]).toBe(safe('Doe/1-2.dcm').split('/')[0]);
  expect(parseCaseName(safe('Mass-Training_P_00001_LEFT_CC'))?.patient).toBe(code);
});
