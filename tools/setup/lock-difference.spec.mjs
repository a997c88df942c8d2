import { describe, expect, it } from 'vitest';
import { lockDifference } from './lock-difference.mjs';

const manifest = { dependencies: { zod: '4.0.0' } };
const lock = {
  packages: {
    '': manifest,
    'libs/kernel': { version: '0.1.0' },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/sharp-darwin': { version: '1.0.0', optional: true },
  },
};
const installed = () => ({ packages: { 'libs/kernel': { version: '0.1.0' }, 'node_modules/zod': { version: '4.0.0' } } });

describe('lockDifference', () => {
  it('finds none where all but other platforms packages are installed', () => {
    expect(lockDifference(manifest, lock, installed())).toBeUndefined();
  });

  it('says that nothing is installed', () => {
    expect(lockDifference(manifest, lock, undefined)).toBe('node_modules is empty');
  });

  it('names a package that is missing, of another version, or too many', () => {
    const without = installed();
    delete without.packages['libs/kernel'];
    expect(lockDifference(manifest, lock, without)).toBe('libs/kernel is missing');

    const older = installed();
    older.packages['node_modules/zod'].version = '3.0.0';
    expect(lockDifference(manifest, lock, older)).toBe('node_modules/zod is 3.0.0, wanted 4.0.0');

    const more = installed();
    more.packages['node_modules/left-pad'] = { version: '1.0.0' };
    expect(lockDifference(manifest, lock, more)).toBe('node_modules/left-pad is not in the lock file');
  });

  it('sees a package.json that was edited without the lock file', () => {
    expect(lockDifference({ dependencies: { zod: '4.1.0' } }, lock, installed())).toBe(
      'package.json has other dependencies than the lock file',
    );
  });
});
