import { sha256Of } from '@mammoline/kernel';
import type { AuditRecord } from '../records.ts';

/** What the hash of an entry has to be, by what it holds and the hash before it; the same as chain_audit_entry in the migrations. */
export function hashAuditEntry(entry: Omit<AuditRecord, 'hash'>): string {
  const { position, at, service, who, peer, method, subject, outcome, previousHash } = entry;
  const fields = [String(position), String(at.getTime()), service, who, peer, method, subject, outcome, previousHash];
  return sha256Of(fields.map((field) => `${String(Buffer.byteLength(field))}:${field}`).join(''));
}
