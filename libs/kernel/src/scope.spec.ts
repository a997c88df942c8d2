import { expect, test } from 'vitest';
import { Scope } from './scope.ts';

test('closes in the reverse order of opening, once, all of them, and names what failed', async () => {
  const closed: string[] = [];
  const scope = new Scope();
  scope.add('first', 1, () => {
    closed.push('first');
  });
  scope.add('second', 2, () => Promise.reject(new Error('stuck')));
  scope.add('third', 3, () => {
    closed.push('third');
  });
  await expect(scope.close()).rejects.toThrow('closing second failed: stuck');
  await expect(scope.close()).rejects.toThrow('closing second failed: stuck');
  expect(closed).toEqual(['third', 'first']);
});
