import { expect, test } from 'vitest';
import { describeError, Failure, invalid, toFailure, unavailable } from './failure.ts';

test('a failure keeps its kind, its cause and the field at fault', () => {
  const cause = new Error('root');
  const failure = invalid('page_size: found 0, expected 1', { cause, field: 'page_size' });
  expect(failure).toBeInstanceOf(Error);
  expect(failure).toMatchObject({ name: 'Failure', kind: 'invalid', field: 'page_size', cause });
});

test('describeError tells all causes, outermost first, whatever was thrown', () => {
  const error = new Error('outer', { cause: new Error('middle', { cause: { code: 'ENOENT' } }) });
  expect(describeError(error)).toBe("outer: caused by: middle: caused by: { code: 'ENOENT' }");
  expect(describeError('plain')).toBe('plain');
  const normalised = toFailure(error, 'unavailable', 'not usable');
  expect(describeError(normalised)).toBe("not usable: outer: caused by: middle: caused by: { code: 'ENOENT' }");
  expect(describeError(undefined)).toBe('');
});

test('describeError ends on a cause that is its own cause', () => {
  const error = new Error('round');
  error.cause = error;
  expect(describeError(error)).toBe('round');
});

test('toFailure normalises a foreign throw once', () => {
  const foreign = new TypeError('x is not a function');
  const failure = toFailure(foreign, 'bug', 'stage merge threw');
  expect(failure).toMatchObject({ kind: 'bug', message: 'stage merge threw: x is not a function', cause: foreign });
  const own = unavailable('store away');
  expect(toFailure(own, 'bug', 'anything')).toBe(own);
  expect(failure).toBeInstanceOf(Failure);
});
