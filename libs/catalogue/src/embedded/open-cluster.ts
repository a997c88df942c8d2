import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, invalid, unavailable } from '@mammoline/kernel';
import { freePort } from './free-port.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { serverIdentity, type ServerIdentity } from './server-identity.ts';

/** A database cluster on disk, running or not. */
export interface Cluster {
  readonly dataDirectory: string;
  readonly password: string;
  readonly identity: ServerIdentity;
  /** The port to try first; a running server may have another. */
  port(): Promise<number>;
  choosePort(): Promise<number>;
}

export const clusterUser = 'mammoline';

const abandonedAfterMs = 600_000;

/**
 * Opens the cluster in a folder, making it where there is none: under a name of its own, with its password and port, then renamed, so that it
 * is whole or absent. Of two that make it at once one wins and both open the winner's.
 *
 * @throws Failure invalid where the folder or initdb refuses
 */
export async function openCluster(directory: string, binaries: PostgresBinaries): Promise<Cluster> {
  const home = join(directory, 'cluster');
  const dataDirectory = join(home, 'data');
  try {
    await mkdir(directory, { recursive: true });
    if ((await stat(dataDirectory).catch(() => undefined)) === undefined) await createCluster(directory, home, binaries);
    const [password, identity] = await Promise.all([
      readFile(join(home, 'password'), 'utf8'),
      serverIdentity(dataDirectory, binaries.postgres),
    ]);
    const portFile = join(home, 'port');
    return {
      dataDirectory,
      password: password.trim(),
      identity,
      port: async () => Number(await readFile(portFile, 'utf8')),
      choosePort: async () => {
        const port = await freePort();
        const temporary = `${portFile}.${String(process.pid)}`;
        await writeFile(temporary, String(port));
        await rename(temporary, portFile);
        return port;
      },
    };
  } catch (error) {
    throw invalid(`the database folder ${directory} can't be opened or made: ${describeError(error)}`, { cause: error });
  }
}

async function createCluster(directory: string, home: string, binaries: PostgresBinaries): Promise<void> {
  await removeAbandoned(directory);
  const temporary = join(directory, `making-${String(process.pid)}-${randomBytes(4).toString('hex')}`);
  await mkdir(temporary, { mode: 0o700 });
  try {
    const identity = await serverIdentity(join(temporary, 'data'), binaries.initdb);
    const passwordFile = join(temporary, 'password');
    await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    await writeFile(join(temporary, 'port'), String(await freePort()));
    if (identity.user !== undefined) {
      await chown(temporary, identity.user.uid, identity.user.gid);
      await chown(passwordFile, identity.user.uid, identity.user.gid);
    }
    await runInitdb(binaries.initdb, identity, join(temporary, 'data'), passwordFile);
    await chmod(passwordFile, 0o600);
    await rename(temporary, home);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const lost = error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
    if (!lost) throw error;
  }
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith('making-')) continue;
    const path = join(directory, name);
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}

/** The collation is Postgres' own C.UTF-8 (code points), the same on every machine, whatever locales that machine has. */
async function runInitdb(initdb: string, identity: ServerIdentity, dataDirectory: string, passwordFile: string): Promise<void> {
  const { program, args } = identity.command(initdb, [
    `--pgdata=${dataDirectory}`,
    `--username=${clusterUser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  const dropped = program === initdb ? (identity.user ?? {}) : {};
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: serverEnvironment, cwd: '/', ...dropped });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = `${output}${chunk.toString()}`.slice(-2000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(unavailable(`initdb ended with ${signal ?? `exit code ${String(code)}`}: ${output.trim()}`));
    });
  });
}

/** English messages (they are matched), UTC, and nothing of the caller's PG* variables. */
export const serverEnvironment: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
