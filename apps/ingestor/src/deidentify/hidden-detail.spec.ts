import { expect, test } from 'vitest';
import { hiddenDetail } from './hidden-detail.ts';

test.each([
  ['unreadable', "can't be read: EACCES: permission denied, open '/Jane Doe/1.dcm'", "can't be read (EACCES)"],
  ['unreadable', "can't be read: Jane Doe/1.dcm in the bucket scans can't be read", "can't be read"],
  ['unreadable', '(0010,0010) at byte 300 goes beyond what it is in', '(0010,0010) at byte 300 goes beyond what it is in'],
  ['not-dicom', 'starts with 4a616e6520446f65: neither DICM at byte 128 nor a data set', 'neither DICM at byte 128 nor a data set'],
  ['truncated', 'the file ends before its data set', 'the file ends before its data set'],
] as const)('%s: %s', (reason, detail, expected) => {
  expect(hiddenDetail(reason, detail)).toBe(expected);
});
