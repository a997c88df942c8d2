import type { BlobRef } from '@mammoline/contracts';
import { invalid } from '@mammoline/kernel';
import type { Failure, Sha256 } from '@mammoline/kernel';

export const casPrefix = 'cas:';

/** A reference to bytes that the store keeps: the same in every kind of store, so that a store can move. */
export function casRef(sha256: Sha256, sizeBytes: number): BlobRef {
  return { sha256, sizeBytes, uri: `${casPrefix}${sha256}` };
}

/** What the user does about a blob that is gone or was changed. */
export function howToMend(ref: BlobRef): string {
  return ref.uri.startsWith(casPrefix)
    ? 'import the file again, or replay the stage that made it'
    : 'put the original file back, or import its folder again (with --copy the store keeps files of its own)';
}

/** The failure of a blob at `place` whose bytes are not those of its hash. */
export function changedBlob(place: string, ref: BlobRef, foundBytes: number, foundSha256: string | undefined): Failure {
  const size = foundBytes === ref.sizeBytes ? 'of the same size' : `of ${String(foundBytes)} bytes instead of ${String(ref.sizeBytes)}`;
  return invalid(
    `${place} was changed: found content ${size}${foundSha256 === undefined ? '' : ` with sha256 ${foundSha256}`}, expected ${ref.sha256}; ${howToMend(ref)}`,
  );
}
