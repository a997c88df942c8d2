import { Failure } from './failure.ts';

/** Ends a switch over a closed union: the compiler rejects a forgotten case, and a foreign value at run time is a bug that names itself. */
export function assertNever(value: never, what = 'value'): never {
  throw new Failure('bug', `unexpected ${what}: ${JSON.stringify(value)}`);
}
