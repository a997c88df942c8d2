/**
 * Why node_modules is not what package.json and the lock file ask for; undefined where it is.
 * `installed` is node_modules/.package-lock.json, which npm writes as the last step of every install.
 */
export function lockDifference(manifest, lock, installed) {
  if (installed === undefined) return 'node_modules is empty';
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    if (!sameEntries(manifest[kind], lock.packages[''][kind])) return `package.json has other ${kind} than the lock file`;
  }
  for (const [where, wanted] of Object.entries(lock.packages)) {
    if (where === '') continue;
    const present = installed.packages[where];
    if (present === undefined) {
      // Packages of other platforms are in the lock file only.
      if (wanted.optional === true || wanted.devOptional === true) continue;
      return `${where} is missing`;
    }
    if (present.version !== wanted.version) return `${where} is ${present.version}, wanted ${wanted.version}`;
  }
  const extra = Object.keys(installed.packages).find((where) => lock.packages[where] === undefined);
  return extra === undefined ? undefined : `${extra} is not in the lock file`;
}

function sameEntries(left = {}, right = {}) {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
