import { expect, test } from 'vitest';
import { dicomLimitVariables, toDicomLimits } from './dicom-limit-variables.ts';
import { defaultDicomLimits } from './dicom-limits.ts';

test('limits are the defaults where the environment names none, and each has its own variable', () => {
  expect(toDicomLimits(dicomLimitVariables.parse({}))).toEqual(defaultDicomLimits);
  const names = Object.keys(dicomLimitVariables.shape);
  const told = toDicomLimits(dicomLimitVariables.parse(Object.fromEntries(names.map((name, at) => [name, String(at + 1)]))));
  expect(told).toEqual({
    maxFileBytes: 1,
    maxHeaderBytes: 2,
    maxPixels: 3,
    maxDecodedBytes: 4,
    maxSequenceDepth: 5,
    maxDecodeMs: 6,
  });
});

test.each(['0', '-1', '1.5', 'much'])('%s is no limit', (text) => {
  expect(dicomLimitVariables.safeParse({ MAMMOLINE_DICOM_MAX_PIXELS: text }).success).toBe(false);
});
