import { markAsUntransferable } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { wholeBuffers } from './whole-buffers.ts';

test('bytes that have a buffer of their own can be handed over; parts of one, and what can not be given away, stay', () => {
  const [own, shared, kept] = [new Uint8Array(10), new Uint8Array(10), new Uint8Array(10)];
  markAsUntransferable(kept.buffer);
  expect(wholeBuffers({ own, part: shared.subarray(4), kept, none: undefined, number: 3 })).toEqual([own.buffer]);
});
