import { describe, expect, test } from 'vitest';
import { decodeRle } from './decode-rle.ts';

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
const grey16 = { rows: 1, columns: 3, samplesPerPixel: 1, bitsAllocated: 16, bitsStored: 16, isSigned: false };

describe('decodeRle', () => {
  test('literal runs, repeats and no-ops of two planes, the high bytes first', () => {
    const { data } = decodeRle(frame([2, 1, 2, 3, 128], [254, 9]), grey16);
    expect([...new Uint16Array(data.buffer)]).toEqual([265, 521, 777]);
  });

  test('the samples of a pixel lie together', () => {
    const rgb = { ...grey16, columns: 2, samplesPerPixel: 3, bitsAllocated: 8 };
    expect([...decodeRle(frame([1, 1, 4], [1, 2, 5], [1, 3, 6]), rgb).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ['a missing plane', frame([2, 1, 2, 3])],
    ['a segment that ends early', frame([254, 1], [0, 1])],
    ['a literal run that ends early', frame([254, 1], [2, 1])],
    ['an offset outside', Buffer.concat([Buffer.from('0200000040000000ffffff00', 'hex'), Buffer.alloc(60)])],
    ['no header', Buffer.alloc(10)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeRle(bytes, grey16)).toThrow(/segment/);
  });
});
