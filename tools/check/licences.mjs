/** Licences that whoever passes on Mammoline under MIT can meet by keeping their texts. */
const allowed = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'Zlib']);

/** Packages whose licence is another, each with why it may be used. */
const exceptions = new Map([
  ['@img/sharp-', { licences: ['LGPL-3.0-or-later'], why: 'libvips is linked dynamically and can be exchanged' }],
  [
    'h5wasm',
    {
      licences: ['SEE LICENSE IN LICENSE.txt'],
      why: "NIST's own terms, free to use and change with the notice kept; HDF5 inside under a BSD-style licence",
    },
  ],
]);

/**
 * The production dependencies of a lock file, optional ones of all platforms included.
 * @param lock parsed package-lock.json
 * @returns {{name: string, version: string, licence: string, note: string, isAllowed: boolean}[]} by name and version
 */
export function listLicences(lock) {
  const found = new Map();
  for (const [place, { version, license, dev, devOptional, link }] of Object.entries(lock.packages)) {
    if (!place.includes('node_modules/') || dev === true || devOptional === true || link === true) continue;
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const licence = typeof license === 'string' ? license : 'none named';
    const [, exception] = [...exceptions].find(([prefix]) => name.startsWith(prefix)) ?? [];
    const isPlain = isMet(licence, allowed);
    const isAllowed = isPlain || (exception !== undefined && isMet(licence, new Set([...allowed, ...exception.licences])));
    found.set(`${name} ${version}`, { name, version, licence, note: isPlain ? '' : (exception?.why ?? ''), isAllowed });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Whether an SPDX expression (AND within OR, as all there are) can be met with these licences alone. */
function isMet(expression, licences) {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => licences.has(licence)));
}
