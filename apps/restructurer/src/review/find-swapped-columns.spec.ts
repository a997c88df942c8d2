import { parsePatientCode, parseSha256, parseUuid } from '@mammoline/kernel';
import type { AbnormalityRecord } from '@mammoline/catalogue';
import { describe, expect, test } from 'vitest';
import { fileIndex } from './file-index.ts';
import { findSwappedColumns } from './find-swapped-columns.ts';
import { findSwappedNumbering } from './find-swapped-numbering.ts';
import type { PlacedImage } from './placed-image.ts';

const patient = parsePatientCode('P_00001');
if (patient === undefined) throw new Error('P_00001 is a patient code');

const image = (kind: 'CROP' | 'MASK', series: string, sourcePath: string): PlacedImage => ({
  id: parseUuid('00000000-0000-8000-8000-000000000000'),
  blob: { sha256: parseSha256('0'.repeat(64)), sizeBytes: 1, uri: 'cas:' },
  sourcePath,
  header: {
    sopInstanceUid: '1',
    seriesInstanceUid: series,
    rows: 1,
    columns: 1,
    bitsAllocated: 8,
    bitsStored: 8,
    photometric: 'MONOCHROME2',
    pixelSpacingMm: undefined,
  },
  case: { patient, laterality: 'LEFT', position: 'CC', kind: 'MASS', split: 'TRAINING' },
  kind,
  abnormalityNumber: 1,
  evidence: '',
  variant: 1,
});
const row = (crop: string, mask: string): AbnormalityRecord => ({
  kind: 'MASS',
  number: 1,
  officialSplit: 'TRAINING',
  pathology: undefined,
  assessment: undefined,
  subtlety: undefined,
  attributes: {},
  inTables: true,
  fullPath: undefined,
  cropPath: `case_1/9/${crop}.dcm`,
  maskPath: `case_1/9/${mask}.dcm`,
});

describe('findSwappedColumns', () => {
  test.each([
    [
      'two series, as the columns say',
      row('1.1/000000', '1.2/000000'),
      [image('CROP', '1.1', 'a/1-1.dcm'), image('MASK', '1.2', 'b/1-1.dcm')],
      0,
    ],
    ['two series, the mask in the crop column', row('1.1/000000', '1.2/000000'), [image('MASK', '1.1', 'a/1-1.dcm')], 1],
    [
      'one series, as the columns say',
      row('1.1/000000', '1.1/000001'),
      [image('CROP', '1.1', 'a/1-1.dcm'), image('MASK', '1.1', 'a/1-2.dcm')],
      0,
    ],
    ['one series, the other way round', row('1.1/000001', '1.1/000000'), [image('CROP', '1.1', 'a/1-1.dcm')], 1],
    ['a series that no column names', row('1.1/000000', '1.2/000000'), [image('MASK', '1.3', 'a/1-1.dcm')], 0],
    ['one series, a name without a number', row('1.1/000001', '1.1/000000'), [image('CROP', '1.1', 'a/crop.dcm')], 0],
  ])('%s', (_, tableRow, images, count) => {
    expect(findSwappedColumns('x_1', tableRow, images).length).toBe(count);
  });
});

describe('findSwappedNumbering', () => {
  test('the mask first in one folder, and nowhere else', () => {
    expect(findSwappedNumbering('x_1', [image('MASK', '1.1', 'a/1-1.dcm'), image('CROP', '1.1', 'a/1-2.dcm')]).length).toBe(1);
    expect(findSwappedNumbering('x_1', [image('CROP', '1.1', 'a/1-1.dcm'), image('MASK', '1.1', 'a/1-2.dcm')])).toEqual([]);
    expect(findSwappedNumbering('x_1', [image('MASK', '1.1', 'b/1-1.dcm'), image('CROP', '1.1', 'a/1-2.dcm')])).toEqual([]);
  });
});

test.each([
  ['a/1-1.dcm', 0],
  ['a/1-02.dcm', 1],
  ['a/000001.dcm', 1],
  ['a/mask.dcm', undefined],
])('fileIndex of %s', (path, index) => {
  expect(fileIndex(path)).toBe(index);
});
