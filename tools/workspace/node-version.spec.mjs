import { expect, it } from 'vitest';
import { isAtLeast } from './node-version.mjs';

it.each([
  ['22.18.0', '22.18.0', true],
  ['24.1.0', '22.18.0', true],
  ['22.9.9', '22.18.0', false],
  ['20.20.2', '22.18.0', false],
  ['22.18.1', '22.18.0', true],
])('%s is at least %s: %s', (version, oldest, expected) => {
  expect(isAtLeast(version, oldest)).toBe(expected);
});
