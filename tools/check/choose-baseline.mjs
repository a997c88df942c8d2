import { runCommand } from '../workspace/run-command.mjs';

const commitOf = (name) =>
  runCommand(['git', 'rev-parse', '--verify', '--quiet', `${name}^{commit}`]).then(
    (text) => text.trim(),
    () => undefined,
  );

/**
 * The commit that the protocol must stay compatible with: the main branch's last where we are beside it, else the last release, else the commit before.
 * Undefined where the history has none of these (first commit, shallow clone, no git).
 */
export async function chooseBaseline(resolve = commitOf, lastTag = findLastTag) {
  const head = await resolve('HEAD');
  if (head === undefined) return undefined;
  for (const branch of ['origin/main', 'main']) {
    const commit = await resolve(branch);
    if (commit !== undefined && commit !== head) return { name: branch, commit };
  }
  for (const name of [await lastTag(), 'HEAD^']) {
    const commit = name === undefined ? undefined : await resolve(name);
    if (commit !== undefined && commit !== head) return { name, commit };
  }
  return undefined;
}

function findLastTag() {
  return runCommand(['git', 'describe', '--tags', '--abbrev=0']).then(
    (text) => text.trim(),
    () => undefined,
  );
}
