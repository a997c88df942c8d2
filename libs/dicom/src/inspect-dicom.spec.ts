import { describe, expect, test } from 'vitest';
import { inspectDicom, readDicomHead, readDicomHeader } from './inspect-dicom.ts';
import { writeDicom } from './write-dicom.ts';

const image = {
  rows: 3,
  columns: 2,
  data: Uint16Array.of(0, 1, 2, 3, 4, 65535),
  sopInstanceUid: '1.2.3.4',
  seriesInstanceUid: '1.2.3',
  studyInstanceUid: '1.2',
  patientId: 'Mass-Training_P_00001_LEFT_CC_1.dcm',
  seriesDescription: 'ROI mask images',
  patientOrientation: 'CC',
  laterality: 'L',
  instanceNumber: 2,
  pixelSpacingMm: [0.05, 0.06],
} as const;

const file = Buffer.from(writeDicom(image));
const inspect = (bytes: Uint8Array) => {
  const result = inspectDicom(bytes, bytes.length);
  return result.ok ? 'ok' : result.error.reason;
};

describe('inspectDicom', () => {
  test('reads back what was written', () => {
    expect(readDicomHeader(file)).toMatchObject({
      transferSyntaxUid: '1.2.840.10008.1.2',
      sopInstanceUid: '1.2.3.4',
      seriesInstanceUid: '1.2.3',
      studyInstanceUid: '1.2',
      patientId: image.patientId,
      seriesDescription: 'ROI mask images',
      patientOrientation: 'CC',
      laterality: 'L',
      modality: 'MG',
      instanceNumber: 2,
      rows: 3,
      columns: 2,
      frames: 1,
      samplesPerPixel: 1,
      bitsAllocated: 16,
      bitsStored: 16,
      highBit: 15,
      isSigned: false,
      photometric: 'MONOCHROME2',
      pixelSpacingMm: [0.05, 0.06],
      imagerPixelSpacingMm: undefined,
      pixelData: { offsetBytes: file.length - 12, lengthBytes: 12, vr: undefined },
    });
  });

  test('leaves an absent description undefined', () => {
    expect(readDicomHeader(writeDicom({ ...image, seriesDescription: undefined })).seriesDescription).toBeUndefined();
  });

  test('reads texts without the NULs in them and behind them', () => {
    const header = readDicomHeader(
      writeDicom({ ...image, patientId: 'Mass-Test_P_00001_LEFT_CC\0 \0', seriesDescription: 'ROI\0 mask images' }),
    );
    expect(header).toMatchObject({ patientId: 'Mass-Test_P_00001_LEFT_CC', seriesDescription: 'ROI mask images' });
  });

  test.each([
    ['nothing', new Uint8Array(0), 'empty'],
    ['text', Buffer.from('patient_id,breast density\n'.repeat(20)), 'not-dicom'],
    ['a PNG', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(300, 7)]), 'not-dicom'],
    ['zeros', new Uint8Array(5000), 'not-dicom'],
    ['one byte less than declared', file.subarray(0, -1), 'truncated'],
    ['an end within the header', file.subarray(0, 300), 'truncated'],
    ['an end after the preamble', file.subarray(0, 132), 'truncated'],
    ['a data set without preamble and meta', file.subarray(file.indexOf('\x08\x00\x05\x00')), 'ok'],
    ['a file meta group without preamble', file.subarray(132), 'ok'],
    ['bytes after the image', Buffer.concat([file, Buffer.alloc(10)]), 'ok'],
  ])('%s', (_, bytes, outcome) => {
    expect(inspect(bytes)).toBe(outcome);
  });

  test('never throws, whatever a byte is changed to and wherever the file is cut', () => {
    for (let position = 128; position < file.length; position += 1) {
      for (const value of [0x00, 0x7f, 0xff]) {
        const damaged = Uint8Array.from(file);
        damaged[position] = value;
        expect(['ok', 'not-dicom', 'truncated', 'unreadable']).toContain(inspect(damaged));
      }
      const cut = inspectDicom(file.subarray(0, position), position);
      // Cut between two elements before Rows it is a data set without an image; anywhere else it is seen to be cut.
      if (cut.ok) expect(cut.value).toMatchObject({ rows: 0, pixelData: undefined });
      else expect(cut.error.reason).toMatch(/not-dicom|truncated/);
    }
  });
});

describe('readDicomHead', () => {
  /** A private element of that many bytes between the patient and the study. */
  const withPrivateElement = (lengthBytes: number): Buffer => {
    const at = file.indexOf('\x18\x00\x15\x00');
    const element = Buffer.alloc(8 + lengthBytes);
    element.writeUInt16LE(0x0013);
    element.writeUInt16LE(0x1010, 2);
    element.writeUInt32LE(lengthBytes, 4);
    return Buffer.concat([file.subarray(0, at), element, file.subarray(at)]);
  };

  test.each([0, 65_000, 65_536, 300_000])('reads more where %d bytes lie before the pixel data', async (lengthBytes) => {
    const bytes = withPrivateElement(lengthBytes);
    const reads: number[] = [];
    const result = await readDicomHead((length) => {
      reads.push(length);
      return Promise.resolve(bytes.subarray(0, length));
    }, bytes.length);
    expect(result.ok && result.value.rows).toBe(3);
    expect(reads.length).toBeLessThanOrEqual(2);
  });

  test.each([0, 60_000, 300_000])('reads no more of a file of 4 GB: %d bytes lie before its pixel data', async (lengthBytes) => {
    const bytes = withPrivateElement(lengthBytes);
    const reads: number[] = [];
    const result = await readDicomHead((length) => {
      reads.push(length);
      // What follows the pixel data is no matter of the header.
      return Promise.resolve(Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length))], length));
    }, 4_000_000_000);
    expect(result.ok && result.value.rows).toBe(3);
    expect(reads.length).toBeLessThanOrEqual(2);
    expect(Math.max(...reads)).toBeLessThan(lengthBytes + 3 * 65_536);
  });

  test('an element that declares gigabytes does not make anybody read them', () => {
    const head = withPrivateElement(100_000).subarray(0, 65_536);
    head.writeUInt32LE(3_000_000_000, head.indexOf('\x13\x00\x10\x10') + 4);
    const result = inspectDicom(head, 4_000_000_000);
    expect(result).toMatchObject({ ok: false, error: { reason: 'more-bytes', neededBytes: 64 * 1024 * 1024 } });
  });

  test('a file that shrank since it was measured is truncated', async () => {
    const result = await readDicomHead((length) => Promise.resolve(file.subarray(0, Math.min(length, 100))), file.length);
    expect(result.ok ? 'ok' : result.error.reason).toBe('truncated');
  });
});
