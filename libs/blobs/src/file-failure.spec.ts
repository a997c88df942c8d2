import { invalid } from '@mammoline/kernel';
import { describe, expect, it } from 'vitest';
import { fileFailure } from './file-failure.ts';

const systemError = (code: string): Error => Object.assign(new Error(`${code}: some system text`), { code });

describe('fileFailure', () => {
  it.each([
    ['ENOSPC', 'unavailable', 'free some space'],
    ['EIO', 'unavailable', 'check it'],
    ['EACCES', 'unavailable', 'give this user access'],
    ['EMFILE', 'unavailable', 'ulimit'],
    ['EISDIR', 'invalid', 'some system text'],
    ['ENOENT', 'invalid', 'some system text'],
  ] as const)('takes %s as %s and tells what to do', (code, kind, hint) => {
    const cause = systemError(code);
    const failure = fileFailure(cause, 'writing x');
    expect(failure).toMatchObject({ kind, cause });
    expect(failure.message).toContain('writing x');
    expect(failure.message).toContain(hint);
  });

  it('lets the caller say what a missing path means, and passes a Failure on', () => {
    expect(fileFailure(systemError('ENOENT'), 'x', 'unavailable').kind).toBe('unavailable');
    const already = invalid('mine');
    expect(fileFailure(already, 'x')).toBe(already);
  });
});
