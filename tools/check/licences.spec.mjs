import { expect, it } from 'vitest';
import { listLicences } from './licences.mjs';

const lockOf = (packages) => ({ packages: { '': { name: 'root' }, ...packages } });

it('lists what is installed for production, each version once', () => {
  const lock = lockOf({
    'libs/kernel': { version: '1.0.0' },
    'node_modules/@mammoline/kernel': { link: true },
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/b/node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/c/node_modules/a': { version: '2.0.0', license: 'ISC' },
    'node_modules/tool': { version: '1.0.0', license: 'GPL-3.0', dev: true },
  });
  expect(listLicences(lock).map(({ name, version, licence }) => `${name} ${version} ${licence}`)).toEqual(['a 1.0.0 MIT', 'a 2.0.0 ISC']);
});

it.each([
  ['a', 'MIT', true],
  ['a', '(MIT OR GPL-3.0-only)', true],
  ['a', '(Apache-2.0 AND BSD-3-Clause)', true],
  ['a', 'GPL-3.0-only', false],
  ['a', 'MIT AND GPL-3.0-only', false],
  ['a', undefined, false],
  ['a', 'LGPL-3.0-or-later', false],
  ['@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later', true],
  ['@img/sharp-wasm32', 'Apache-2.0 AND LGPL-3.0-or-later AND MIT', true],
  ['@img/sharp-libvips-linux-x64', 'AGPL-3.0-only', false],
])('%s under %s: %s', (name, license, isAllowed) => {
  expect(listLicences(lockOf({ [`node_modules/${name}`]: { version: '1.0.0', license } }))[0].isAllowed).toBe(isAllowed);
});
