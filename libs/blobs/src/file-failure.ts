import { describeError, Failure } from '@mammoline/kernel';
import type { FailureKind } from '@mammoline/kernel';

/** Errors of a path or of its content: repeating the read will not mend them. All others (ENOSPC, EIO, EMFILE, EACCES, …) may pass. */
const lasting = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_FS_FILE_TOO_LARGE', 'ERR_INVALID_ARG_VALUE']);

const mending: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the disk quota is used up: free some space',
  EROFS: 'the file system is read-only: mount it writable',
  EACCES: 'permission denied: give this user access',
  EPERM: 'not permitted: give this user access',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
  EIO: 'the disk has read or write errors: check it',
};

/** The system's error code (`ENOENT`), undefined for anything else that was thrown. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns an error of the file system into a Failure that says how to mend it; a Failure passes unchanged.
 * @param missing what a path that is not there means to the caller
 */
export function fileFailure(error: unknown, what: string, missing: FailureKind = 'invalid'): Failure {
  if (error instanceof Failure) return error;
  const code = errorCode(error);
  const hint = code === undefined ? undefined : mending[code];
  const kind = code === 'ENOENT' ? missing : code !== undefined && lasting.has(code) ? 'invalid' : 'unavailable';
  return new Failure(kind, `${what}: ${hint === undefined ? '' : `${hint}: `}${describeError(error)}`, { cause: error });
}
