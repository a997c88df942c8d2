import { newUuid } from '@mammoline/kernel';
import { expect, test } from 'vitest';
import { versionBefore } from './version-before.ts';

test('the version before: the pile of what was promoted, less what was rolled back', () => {
  const [a, b, c] = [newUuid(), newUuid(), newUuid()];
  const first = { cause: 'FIRST', to: a } as const;
  const promote = (to: typeof a) => ({ cause: 'PROMOTE', to }) as const;
  const rollback = (to: typeof a) => ({ cause: 'ROLLBACK', to }) as const;
  expect(versionBefore([])).toBeUndefined();
  expect(versionBefore([first])).toBeUndefined();
  expect(versionBefore([first, promote(b)])).toBe(a);
  expect(versionBefore([first, promote(b), promote(c)])).toBe(b);
  expect(versionBefore([first, promote(b), promote(c), rollback(b)])).toBe(a);
  expect(versionBefore([first, promote(b), rollback(a)])).toBeUndefined();
  expect(versionBefore([first, promote(b), rollback(a), promote(c)])).toBe(a);
});
