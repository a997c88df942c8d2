import { bug, parseSha256, type Sha256 } from '@mammoline/kernel';
import { orUndefined, toPatientCode } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { SplitRecord } from '../records.ts';

export async function split(db: Database, hash: Sha256): Promise<SplitRecord | undefined> {
  const row = await db.split.findUnique({ where: { hash } });
  if (row === null) return undefined;
  if (row.kind !== 'official' && row.kind !== 'patient')
    throw bug(`split ${hash} is of the kind ${row.kind}, expected official or patient`);
  return {
    hash: parseSha256(row.hash),
    kind: row.kind,
    seed: Number(row.seed),
    abnormalityKind: orUndefined(row.abnormalityKind),
    training: row.training.map(toPatientCode),
    validation: row.validation.map(toPatientCode),
    test: row.test.map(toPatientCode),
  };
}
