import { Failure } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { decodeStoredFrame } from './decode-stored-frame.ts';
import { defaultDicomLimits } from './dicom-limits.ts';
import { readPixels } from './read-pixels.ts';
import { encapsulate, explicitFile } from './spec-explicit-file.ts';
import { writeDicom } from './write-dicom.ts';

const uids = { sopInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3', studyInstanceUid: '1.2', patientId: 'P_00001' };
const write = (data: Uint8Array | Uint16Array): Buffer => Buffer.from(writeDicom({ ...uids, rows: 1, columns: data.length, data }));

/** Sets a US element of the file. */
function set(bytes: Buffer, elementNumber: number, value: number): Buffer {
  const tag = Buffer.from([0x28, 0x00, elementNumber & 0xff, elementNumber >> 8]);
  bytes.writeUInt16LE(value, bytes.indexOf(tag) + 8);
  return bytes;
}
const samplesPerPixel = 0x0002;
const bitsStored = 0x0101;
const highBit = 0x0102;
const pixelRepresentation = 0x0103;
const asMonochrome1 = (bytes: Buffer): Buffer => {
  bytes.write('MONOCHROME1', bytes.indexOf('MONOCHROME2'), 'latin1');
  return bytes;
};
/** Puts Number of Frames before Rows. */
function withFrames(bytes: Buffer, frames: string): Buffer {
  const at = bytes.indexOf('\x28\x00\x10\x00', 'latin1');
  const head = Buffer.from('2800080000000000', 'hex');
  head.writeUInt32LE(frames.length, 4);
  return Buffer.concat([bytes.subarray(0, at), head, Buffer.from(frames, 'latin1'), bytes.subarray(at)]);
}

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
    ['colour', /not grey .*3 samples/, samplesPerPixel, 3],
    ['32 bits', /32 bits/, 0x0100, 32],
    ['more stored bits than there are', /17 stored bits in 16/, bitsStored, 17],
    ['a size larger than the data', /found 6 bytes of pixel data; expected 196602/, 0x0010, 32767],
  ])('refuses %s', (_, message, elementNumber, value) => {
    const file = set(write(Uint16Array.of(1, 2, 3)), elementNumber, value);
    expect(() => readPixels(file)).toThrow(Failure);
    expect(() => readPixels(file)).toThrow(message);
  });

  test.each([
    ['JPEG XL Lossless', '1.2.840.10008.1.2.4.110'],
    ['MPEG-4 High Profile', '1.2.840.10008.1.2.4.102'],
    ['unknown transfer syntax', '1.2.3.4'],
  ])('names a transfer syntax that is not decoded: %s', (name, uid) => {
    const file = explicitFile({ transferSyntaxUid: uid, rows: 1, columns: 1, pixelData: encapsulate([], [Buffer.alloc(2)]) });
    expect(() => readPixels(file)).toThrow(`pixels in ${name} (${uid}) are not decoded here`);
  });

  test('values that are as the file has them are a view of it; others, and such at odd places, are not', () => {
    const file = write(Uint16Array.of(1, 258, 65535));
    const atOddPlace = Buffer.concat([Buffer.alloc(1), file]).subarray(1);
    const [view, copy] = [readPixels(file).pixels.data, readPixels(atOddPlace).pixels.data];
    expect(view.buffer).toBe(file.buffer);
    expect([...copy]).toEqual([...view]);
    const inverted = asMonochrome1(write(Uint16Array.of(1, 258, 65535)));
    const before = Buffer.from(inverted);
    expect([...readPixels(inverted).pixels.data]).toEqual([65534, 65277, 0]);
    expect(inverted).toEqual(before);
  });

  test('bytes in big-endian words change places', () => {
    const file = explicitFile({
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      rows: 1,
      columns: 3,
      bitsAllocated: 8,
      pixelData: Buffer.of(1, 2, 3, 0),
    });
    const { header } = readPixels(file);
    const bigEndian = { ...header, transferSyntaxUid: '1.2.840.10008.1.2.2' };
    expect([...decodeStoredFrame(bigEndian, file, 0, defaultDicomLimits)]).toEqual([2, 1, 0]);
    expect([...decodeStoredFrame(header, file, 0, defaultDicomLimits)]).toEqual([1, 2, 3]);
  });

  test('one frame of several, by its number; several without a number are refused', () => {
    const file = withFrames(set(write(Uint16Array.of(1, 2, 3, 4, 5, 6)), 0x0011, 2), '3 ');
    expect([0, 1, 2].map((frameIndex) => [...readPixels(file, { frameIndex }).pixels.data])).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(() => readPixels(file)).toThrow(/several frames \(1 x 2, 3 frames/);
    expect(() => readPixels(file, { frameIndex: 3 })).toThrow(/found frame 3 asked for; expected one of 0 to 2/);
  });
});

/** What a file asks for is refused by its header: none of these holds the bytes it speaks of. */
describe('limits', () => {
  const file = write(Uint16Array.of(1, 2, 3));
  const huge = (rows: number, columns: number): Buffer => set(set(write(Uint16Array.of(1, 2, 3)), 0x0010, rows), 0x0011, columns);

  test.each([
    ['the file', file, { maxFileBytes: 100 }, /a file of \d+ bytes; expected at most 100/],
    ['pixels', file, { maxPixels: 2 }, /too large .*at most 2 pixels/],
    ['pixels of all frames', withFrames(huge(65535, 65535), '9999999999'), {}, /too large .*9999999999 frames.*at most 2147483648 pixels/],
    ['bytes of a frame', huge(30000, 30000), {}, /too large .*at most 268435456 bytes a frame/],
  ])('of %s', (_, bytes, limits, message) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(() => readPixels(bytes, { limits: { ...defaultDicomLimits, ...limits } })).toThrow(message);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });
});
