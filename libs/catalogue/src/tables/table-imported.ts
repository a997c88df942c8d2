import type { Sha256 } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';

export async function tableImported(db: Database, sha256: Sha256): Promise<boolean> {
  return (await db.importedTable.count({ where: { sha256 } })) > 0;
}
