import { parsePatientCode, type PatientCode } from '@mammoline/kernel';
import { expect, test } from 'vitest';
import { splitOfMembers } from './split-of-members.ts';

const codes = (...numbers: number[]): PatientCode[] =>
  numbers.map((number) => parsePatientCode(`P_0000${String(number)}`) ?? expect.unreachable());
const side = (training: number[], validation: number[], test: number[]) => ({
  training: codes(...training),
  validation: codes(...validation),
  test: codes(...test),
});

test('a patient of whom any member has learnt is no test patient; whoever trained one did not validate alone', () => {
  const split = splitOfMembers([side([1, 2], [3], [5, 6]), side([1, 3], [2, 4], [5, 7])], 'MASS');
  expect(split).toMatchObject({ kind: 'ensemble', abnormalityKind: 'MASS', ...side([1, 2, 3], [4], [5, 6, 7]) });
  const folds = splitOfMembers([side([1], [2], [3]), side([2], [3], [1]), side([3], [1], [2])], undefined);
  expect(folds).toMatchObject(side([1, 2, 3], [], []));
  expect(folds.hash).not.toBe(split.hash);
});
