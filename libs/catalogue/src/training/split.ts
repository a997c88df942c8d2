import { bug, parseSha256, type Sha256 } from '@mammoline/kernel';
import { orUndefined, toPatientCode } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { SplitKind, SplitRecord } from '../records.ts';

const splitKinds: readonly SplitKind[] = ['official', 'patient', 'kfold', 'ensemble'];

export async function split(db: Database, hash: Sha256): Promise<SplitRecord | undefined> {
  const row = await db.split.findUnique({ where: { hash } });
  if (row === null) return undefined;
  const kind = splitKinds.find((known) => known === row.kind);
  if (kind === undefined) throw bug(`split ${hash} is of the kind ${row.kind}, expected ${splitKinds.join(', ')}`);
  return {
    hash: parseSha256(row.hash),
    kind,
    seed: Number(row.seed),
    abnormalityKind: orUndefined(row.abnormalityKind),
    training: row.training.map(toPatientCode),
    validation: row.validation.map(toPatientCode),
    test: row.test.map(toPatientCode),
  };
}
