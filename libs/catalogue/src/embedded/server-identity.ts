import { access, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { invalid } from '@mammoline/kernel';

/** Under which user the server runs, and how a command is started as that user. */
export interface ServerIdentity {
  /** Undefined: as the user of this process. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  readonly command: (program: string, args: readonly string[]) => { readonly program: string; readonly args: readonly string[] };
}

const sameUser: ServerIdentity = { user: undefined, command: (program, args) => ({ program, args }) };

/**
 * Postgres refuses to run as root: started by root, it runs as the owner of an existing cluster, else as `postgres`, else as `nobody`.
 * Where that user may not enter the folders (a checkout under /root), the server keeps the one capability to do so.
 *
 * @param dataDirectory the cluster's folder; need not exist
 * @param program any of the programs that will be started
 */
export async function serverIdentity(dataDirectory: string, program: string): Promise<ServerIdentity> {
  if (process.getuid?.() !== 0) return sameUser;
  const user = (await ownerOf(dataDirectory)) ?? (await unprivilegedUser());
  // The cluster's own folder, around the data, is the server's: what matters is the way to it.
  const outside = dirname(dirname(dataDirectory));
  if ((await anyoneMayEnter(outside)) && (await anyoneMayEnter(dirname(program)))) return { ...sameUser, user };

  const setpriv = '/usr/bin/setpriv';
  await access(setpriv).catch((error: unknown) => {
    throw invalid(
      `Postgres can't run as root, and other users may not enter ${outside} or ${dirname(program)}. ` +
        'Run as an ordinary user, allow others to enter those folders (chmod o+x), or install setpriv (util-linux)',
      { cause: error },
    );
  });
  const identity = [`--reuid=${String(user.uid)}`, `--regid=${String(user.gid)}`, '--clear-groups'];
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { user, command: (wrapped, args) => ({ program: setpriv, args: [...identity, ...capability, wrapped, ...args] }) };
}

async function ownerOf(directory: string): Promise<{ uid: number; gid: number } | undefined> {
  const found = await stat(directory).catch(() => undefined);
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid };
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = lines.find((fields) => fields[0] === name);
    if (entry !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw invalid("Postgres can't run as root, and /etc/passwd has neither a user postgres nor nobody: run as an ordinary user");
}

async function anyoneMayEnter(directory: string): Promise<boolean> {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const mode = (await stat(at).catch(() => undefined))?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
