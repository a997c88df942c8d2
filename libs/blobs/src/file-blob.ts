import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BlobRef } from '@mammoline/contracts';
import { bug, invalid, sha256Of } from '@mammoline/kernel';
import type { Failure } from '@mammoline/kernel';
import { casPrefix, changedBlob, howToMend } from './cas-ref.ts';
import { errorCode, fileFailure } from './file-failure.ts';

/**
 * The path of a file that is kept where it is (`file:///path`).
 * @throws Failure invalid for any other reference.
 */
export function referencedPath(ref: BlobRef): string {
  try {
    if (ref.uri.startsWith('file:///')) return fileURLToPath(ref.uri);
  } catch (error) {
    throw invalid(`blob ${ref.sha256}: found the reference ${ref.uri}, which names no file of this machine`, { cause: error });
  }
  throw invalid(
    `blob ${ref.sha256}: found the reference ${ref.uri}, expected ${casPrefix}<sha256> or file:///path: it belongs to another kind of store`,
  );
}

/** Reads a file of this machine and checks it against the hash. @throws Failure invalid where it is gone or was changed. */
export async function readFileBlob(path: string, ref: BlobRef, signal: AbortSignal | undefined): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw readFailure(error, ref, path);
  }
  const found = sha256Of(bytes);
  if (found === ref.sha256) return bytes;
  throw changedBlob(path, ref, bytes.length, found);
}

/** Reads at most `length` bytes from the start of a file, unchecked. */
export async function readFileHead(path: string, ref: BlobRef, length: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      return await readStart(file, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readFailure(error, ref, path);
  }
}

/** @throws Failure bug where the length is no whole number of bytes. */
export function checkHeadLength(length: number): void {
  if (!Number.isSafeInteger(length) || length < 0) throw bug(`head: found length ${String(length)}, expected a whole number of bytes`);
}

function readFailure(error: unknown, ref: BlobRef, path: string): Failure {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return invalid(`${path} is gone: found no file, expected ${String(ref.sizeBytes)} bytes with sha256 ${ref.sha256}; ${howToMend(ref)}`, {
      cause: error,
    });
  }
  return fileFailure(error, `${path} can't be read`);
}

/** Reads until `length` bytes or the end of the file. */
async function readStart(file: Awaited<ReturnType<typeof open>>, length: number): Promise<Uint8Array> {
  checkHeadLength(length);
  const bytes = new Uint8Array(Math.min(length, (await file.stat()).size));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
