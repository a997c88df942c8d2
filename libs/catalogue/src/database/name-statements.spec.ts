import { expect, test } from 'vitest';
import { nameStatements, plannedEachTime } from './name-statements.ts';

test('each statement has a name of its own, as long as there are any', () => {
  const name = nameStatements(2);
  const [one, other, late] = ['SELECT 1', 'SELECT 2', 'SELECT 3'].map((sql) => name({ sql }));
  expect(one).not.toBe(other);
  expect(late).toBe('');
  expect(['SELECT 1', 'SELECT 2', 'SELECT 3'].map((sql) => name({ sql }))).toEqual([one, other, '']);
});

test('what is to be planned each time has none', () => {
  const name = nameStatements();
  expect(name({ sql: `${plannedEachTime} SELECT 1` })).toBe('');
  expect(name({ sql: 'SELECT 1' })).not.toBe('');
});
