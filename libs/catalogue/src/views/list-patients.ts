import type { PatientCode } from '@mammoline/kernel';
import { z } from 'zod';
import { toPatientCode } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import { mapPage, readPage } from '../database/read-page.ts';
import type { Page, PageRequest } from '../records.ts';

interface PatientRow {
  readonly code: string;
  readonly views: number;
  readonly abnormalities: number;
}

const key = z.string();

/** By code. */
export async function listPatients(
  db: Database,
  page: PageRequest,
): Promise<Page<{ readonly code: PatientCode; readonly views: number; readonly abnormalities: number }>> {
  const found = await readPage(page, {
    name: 'patients',
    key,
    read: (after, limit) => db.$queryRaw<readonly PatientRow[]>`
      SELECT p.code, count(DISTINCT v.id)::int AS views, count(a.id)::int AS abnormalities
      FROM (SELECT code FROM "Patient" WHERE code > ${after ?? ''} ORDER BY code LIMIT ${limit}) p
      LEFT JOIN "View" v ON v."patientCode" = p.code
      LEFT JOIN "Abnormality" a ON a."viewId" = v.id
      GROUP BY p.code ORDER BY p.code`,
    keyOf: (row) => row.code,
  });
  return mapPage(found, (row) => ({ ...row, code: toPatientCode(row.code) }));
}
