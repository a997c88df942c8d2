import { newUuid } from '@mammoline/kernel';
import { expect, test } from 'vitest';
import { readArguments } from './read-arguments.ts';

test('the trainer is started for all runs, or for one', () => {
  const id = newUuid();
  expect(readArguments([])).toEqual({ once: undefined });
  expect(readArguments(['--once', id])).toEqual({ once: id });
});

test.each([['--once'], ['--once', 'x'], ['--twice'], ['run']])('it refuses %s', (...args) => {
  expect(() => readArguments(args)).toThrow(/expected none, or --once RUN/);
});
