import type { AuditHead, AuditRecord } from '../records.ts';
import { hashAuditEntry } from './hash-audit-entry.ts';

/** What is wrong at a place of the chain. */
export interface AuditProblem {
  readonly position: bigint;
  readonly problem: string;
}

export interface AuditVerdict {
  /** Entries that were looked at. */
  readonly entries: number;
  readonly problems: readonly AuditProblem[];
}

/** More are counted, not told. */
const mostProblems = 100;

/**
 * Holds each entry against its hash, its predecessor and the head: finds what was changed, removed, put in or put elsewhere. Who rewrites the whole chain with
 * new hashes, head included, is found by an anchor alone.
 * @param head as it was before the entries were read; entries after it are passed over
 * @param anchor a head that was noted earlier, outside of the database
 */
export async function verifyAudit(
  entries: AsyncIterable<AuditRecord>,
  head: AuditHead | undefined,
  anchor?: AuditHead,
): Promise<AuditVerdict> {
  const problems: AuditProblem[] = [];
  const tell = (position: bigint, problem: string): void => {
    if (problems.length < mostProblems) problems.push({ position, problem });
  };
  if (head === undefined) tell(0n, 'the head of the chain is gone');
  let last: AuditHead = { position: 0n, hash: '' };
  let count = 0;
  let isAnchored = anchor === undefined || anchor.position === 0n;
  for await (const entry of entries) {
    if (head !== undefined && entry.position > head.position && last.position >= head.position) break;
    count += 1;
    const { position, hash, previousHash } = entry;
    if (position !== last.position + 1n)
      tell(position, `expected position ${String(last.position + 1n)}: entries are missing, or were put elsewhere`);
    else if (previousHash !== last.hash) tell(position, 'does not follow the entry before it: one of them was exchanged');
    if (hash !== hashAuditEntry(entry)) tell(position, 'does not have its hash: it was changed');
    if (anchor?.position === position) {
      isAnchored = true;
      if (anchor.hash !== hash) tell(position, 'has another hash than the anchor: the chain was rewritten');
    }
    last = { position, hash };
  }
  if (head !== undefined && (head.position !== last.position || head.hash !== last.hash))
    tell(
      head.position,
      `the head names this as the last entry, and position ${String(last.position)} is: entries are missing at the end, or the head was changed`,
    );
  if (!isAnchored) tell(anchor?.position ?? 0n, 'the entry of the anchor is missing');
  return { entries: count, problems };
}
