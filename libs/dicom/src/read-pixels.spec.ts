import { Failure } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { decodeRleFrame } from './decode-rle-frame.ts';
import { decodeStoredPixels } from './decode-stored-pixels.ts';
import { readDicomHeader } from './inspect-dicom.ts';
import { readPixels } from './read-pixels.ts';
import { writeDicom } from './write-dicom.ts';

const uids = { sopInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3', studyInstanceUid: '1.2', patientId: 'P_00001' };
const write = (data: Uint8Array | Uint16Array): Buffer => Buffer.from(writeDicom({ ...uids, rows: 1, columns: data.length, data }));

/** Sets a US element of the implicit little endian file. */
function set(bytes: Buffer, elementNumber: number, value: number): Buffer {
  const tag = Buffer.from([0x28, 0x00, elementNumber & 0xff, elementNumber >> 8]);
  bytes.writeUInt16LE(value, bytes.indexOf(tag) + 8);
  return bytes;
}
const bitsStored = 0x0101;
const highBit = 0x0102;
const pixelRepresentation = 0x0103;
const asMonochrome1 = (bytes: Buffer): Buffer => {
  bytes.write('MONOCHROME1', bytes.indexOf('MONOCHROME2'), 'latin1');
  return bytes;
};

describe('readPixels', () => {
  test.each([
    ['16 bits', write(Uint16Array.of(0, 258, 65535)), [0, 258, 65535]],
    ['8 bits, an odd number of them', write(Uint8Array.of(0, 128, 255)), [0, 128, 255]],
    ['MONOCHROME1 is inverted', asMonochrome1(write(Uint16Array.of(0, 1, 65535))), [65535, 65534, 0]],
    ['12 of 16 bits: the rest is masked', set(set(write(Uint16Array.of(0xf001, 0x0fff)), bitsStored, 12), highBit, 11), [1, 4095]],
    ['12 high bits are shifted down', set(set(write(Uint16Array.of(0x0010, 0xffff)), bitsStored, 12), highBit, 15), [1, 4095]],
    [
      'MONOCHROME1 is inverted within its stored bits',
      asMonochrome1(set(set(write(Uint16Array.of(0, 4095)), bitsStored, 12), highBit, 11)),
      [4095, 0],
    ],
    [
      'signed values keep their order',
      set(write(Uint16Array.of(0x8000, 0xffff, 0, 0x7fff)), pixelRepresentation, 1),
      [0, 32767, 32768, 65535],
    ],
  ])('%s', (_, file, expected) => {
    expect([...readPixels(file).pixels.data]).toEqual(expected);
  });

  test.each([
    ['colour', /3 samples/, 0x0002, 3],
    ['32 bits', /32 bits/, 0x0100, 32],
    ['more stored bits than there are', /17 stored bits in 16/, bitsStored, 17],
    ['a size larger than the data', /found 6 bytes of pixel data; expected 196602/, 0x0010, 32767],
  ])('refuses %s', (_, message, elementNumber, value) => {
    const file = set(write(Uint16Array.of(1, 2, 3)), elementNumber, value);
    expect(() => readPixels(file)).toThrow(Failure);
    expect(() => readPixels(file)).toThrow(message);
  });

  test('names a transfer syntax that is not decoded', () => {
    const file = write(Uint16Array.of(1, 2, 3));
    const header = { ...readDicomHeader(file), transferSyntaxUid: '1.2.840.10008.1.2.4.90' };
    expect(() => decodeStoredPixels(header, file)).toThrow(/JPEG 2000 Lossless \(1\.2\.840\.10008\.1\.2\.4\.90\) are not decoded/);
  });
});

describe('decodeRleFrame', () => {
  const frame = (...segments: readonly (readonly number[])[]): Buffer => {
    const header = Buffer.alloc(64);
    header.writeUInt32LE(segments.length);
    let offset = 64;
    segments.forEach((segment, index) => {
      header.writeUInt32LE(offset, 4 + 4 * index);
      offset += segment.length;
    });
    return Buffer.concat([header, ...segments.map((segment) => Buffer.from(segment))]);
  };

  test('literal runs, repeats and no-ops of two planes', () => {
    expect([...decodeRleFrame(frame([2, 1, 2, 3, 128], [254, 9]), 3, 16)]).toEqual([265, 521, 777]);
  });

  test.each([
    ['a missing plane', frame([2, 1, 2, 3])],
    ['a segment that ends early', frame([254, 1], [0, 1])],
    ['an offset outside', Buffer.concat([Buffer.from('0200000040000000ffffff00', 'hex'), Buffer.alloc(60)])],
    ['no header', Buffer.alloc(10)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeRleFrame(bytes, 3, 16)).toThrow(/RLE/);
  });
});
