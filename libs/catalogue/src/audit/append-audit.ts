import type { Database } from '../database/connect.ts';
import { storableText } from '../database/storable-text.ts';
import type { NewAuditEntry } from '../records.ts';

/** Appends to the chain; callers at once, of whatever process, wait for each other. */
export async function appendAudit(db: Database, entry: NewAuditEntry): Promise<void> {
  const [service, who, peer, method, subject, outcome] = [
    entry.service,
    entry.who,
    entry.peer,
    entry.method,
    entry.subject,
    entry.outcome,
  ].map(storableText);
  await db.$executeRaw`
    INSERT INTO "AuditEntry" (service, who, peer, method, subject, outcome) VALUES (${service}, ${who}, ${peer}, ${method}, ${subject}, ${outcome})`;
}
