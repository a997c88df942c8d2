import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Postmaster {
  readonly pid: number;
  /** Undefined while it is starting. */
  readonly port: number | undefined;
}

/** What postmaster.pid names: our server, another process that has got the number since, or nothing alive. */
export type PostmasterState =
  | { readonly kind: 'ours'; readonly postmaster: Postmaster }
  | { readonly kind: 'foreign'; readonly pid: number }
  | { readonly kind: 'none' };

export async function runningPostmaster(dataDirectory: string): Promise<PostmasterState> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return { kind: 'none' };
  if (!(await isPostmasterOf(pid, dataDirectory))) return { kind: 'foreign', pid };
  const port = Number(lines[3]);
  return { kind: 'ours', postmaster: { pid, port: Number.isInteger(port) && port > 0 ? port : undefined } };
}

/** True while the process is the postmaster of that folder; a dead one that its parent has not collected has no command line, so it is not. */
export async function isPostmasterOf(pid: number, dataDirectory: string): Promise<boolean> {
  const command =
    process.platform === 'linux'
      ? (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')).split('\0').join(' ')
      : await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
          ({ stdout }) => stdout,
          () => '',
        );
  return command.includes(` -D ${dataDirectory} `);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
