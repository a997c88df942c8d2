import { describe, expect, test } from 'vitest';
import { findFrames } from './find-frames.ts';
import { delimiter, encapsulate, sequenceEnd } from './spec-explicit-file.ts';

const start = (name: string): Buffer => Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.from(name, 'latin1')]);
const more = (name: string): Buffer => Buffer.from(name, 'latin1');
const found = (pixelData: Buffer, frames: number): readonly string[] =>
  findFrames(pixelData, 0, frames, 'jpeg').map((frame) => Buffer.from(frame).toString('latin1').replaceAll('\xff\xd8\xff', ''));

const [a, b, c] = [start('a'), more('bb'), start('ccc')];
/** Where the third fragment's item starts, counted from the first's. */
const third = 8 + a.length + 8 + b.length;

describe('findFrames', () => {
  test.each([
    ['one frame has all fragments', encapsulate([], [a, b, c]), 1, ['abbccc']],
    ['as many fragments as frames are one each', encapsulate([], [a, b, c]), 3, ['a', 'bb', 'ccc']],
    ['by the offset table', encapsulate([0, third], [a, b, c]), 2, ['abb', 'ccc']],
    ['by the offset table, against the markers', encapsulate([0, 8 + a.length], [a, b, c]), 2, ['a', 'bbccc']],
    ['by the markers where there is no table', encapsulate([], [a, b, c]), 2, ['abb', 'ccc']],
    ['by the markers where the table points beside the items', encapsulate([0, third + 2], [a, b, c]), 2, ['abb', 'ccc']],
    ['by the markers where the table is too short', encapsulate([0], [a, b, c]), 2, ['abb', 'ccc']],
    ['without the last delimiter', encapsulate([], [a, b]).subarray(0, -8), 1, ['abb']],
    ['empty fragments', encapsulate([], [a, Buffer.alloc(0), b]), 1, ['abb']],
  ])('%s', (_, pixelData, frames, expected) => {
    expect(found(pixelData, frames)).toEqual(expected);
  });

  test.each([
    ['fragments that nothing tells apart', encapsulate([], [b, b, b]), 2, /no way to tell/],
    ['fewer fragments than frames', encapsulate([0, 8], [a]), 2, /found 1 fragments and no way to tell/],
    ['no fragment', encapsulate([], []), 1, /no fragment/],
    ['nothing at all', Buffer.alloc(0), 1, /no fragment/],
    ['an item beyond the end', Buffer.concat([delimiter(0xfffee000, 0), delimiter(0xfffee000, 9)]), 1, /no whole item at byte 8/],
    ['something else than an item', Buffer.concat([delimiter(0xfffee000, 0), more('01234567')]), 1, /no whole item at byte 8/],
    [
      'millions of empty fragments',
      Buffer.concat([Buffer.alloc(1_600_016, delimiter(0xfffee000, 0)), sequenceEnd]),
      1,
      /more than 100000 fragments/,
    ],
  ])('refuses %s', (_, pixelData, frames, message) => {
    expect(() => findFrames(pixelData, 0, frames, 'jpeg')).toThrow(message);
  });
});
