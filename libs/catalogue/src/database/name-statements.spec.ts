import { expect, test } from 'vitest';
import { nameStatements } from './name-statements.ts';

test('each statement has a name of its own, as long as there are any', () => {
  const name = nameStatements(2);
  const [one, other, late] = ['SELECT 1', 'SELECT 2', 'SELECT 3'].map((sql) => name({ sql }));
  expect(one).not.toBe(other);
  expect(late).toBe('');
  expect(['SELECT 1', 'SELECT 2', 'SELECT 3'].map((sql) => name({ sql }))).toEqual([one, other, '']);
});
