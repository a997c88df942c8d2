import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { identifyProcess, isAlive, processIdentity, type ProcessIdentity } from './process-identity.ts';

/**
 * Takes the lock for this process, or returns undefined where a living process has it.
 * The lock is a file that names its holder; it is made by link(2), so it is whole from the start and only one maker wins. A dead holder's
 * lock is taken over inside a directory made by mkdir(2), so that of two takers one does not remove what the other has just made.
 * @returns a function that gives the lock back
 */
export function takeLock(path: string): (() => void) | undefined {
  const me = identifyProcess(process.pid);
  if (me === undefined) return undefined;
  const mine = `${path}.${String(process.pid)}`;
  writeFileSync(mine, JSON.stringify(me));
  try {
    if (!tryLink(mine, path) && !takeOver(mine, path)) return undefined;
  } finally {
    rmSync(mine, { force: true });
  }
  return () => {
    if (lockHolder(path)?.pid === me.pid) rmSync(path, { force: true });
  };
}

/** The living holder of a lock. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  try {
    const holder = processIdentity.parse(JSON.parse(readFileSync(path, 'utf8')));
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function takeOver(mine: string, path: string): boolean {
  const guard = `${path}.takeover`;
  try {
    // A taker that was killed leaves the guard; nobody needs it for ten seconds.
    if (Date.now() - statSync(guard).mtimeMs > 10_000) rmdirSync(guard);
  } catch {
    // There is no guard.
  }
  try {
    mkdirSync(guard);
  } catch {
    return false;
  }
  try {
    if (lockHolder(path) !== undefined) return false;
    rmSync(path, { force: true });
    return tryLink(mine, path);
  } finally {
    rmdirSync(guard);
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
