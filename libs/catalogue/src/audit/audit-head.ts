import type { Database } from '../database/connect.ts';
import type { AuditHead } from '../records.ts';

/** Undefined where somebody has removed it. */
export async function auditHead(db: Database): Promise<AuditHead | undefined> {
  const head = await db.auditHead.findUnique({ where: { id: 1 } });
  return head === null ? undefined : { position: head.position, hash: head.hash };
}
