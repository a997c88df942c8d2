import { expect, test } from 'vitest';
import { takeRows } from './take-rows.ts';

test('what was read is all there, and nothing of it stays with who read it', () => {
  const held = [{ id: 1 }, { id: 2 }];
  const [first] = held;
  const taken = takeRows(held);
  expect(taken).toEqual([{ id: 1 }, { id: 2 }]);
  expect(taken[0]).toBe(first);
  expect(held).toEqual([]);
});
