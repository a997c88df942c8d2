import type { AbnormalityKind } from '@mammoline/kernel';
import { orUndefined, toPatientCode } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { PatientTraits } from '../records.ts';

interface Row {
  readonly patient: string;
  readonly pathology: string | null;
  readonly hasSeveral: boolean;
}

/** Of every patient with an abnormality of the kind, or of any, by patient. Of the pathologies malignant is the worst, then benign. */
export async function patientTraits(db: Database, kind: AbnormalityKind | undefined): Promise<readonly PatientTraits[]> {
  const rows = await db.$queryRaw<readonly Row[]>`
    SELECT "patientCode" AS patient, bool_or(abnormalities > 1) AS "hasSeveral",
      CASE WHEN bool_or('MALIGNANT' = ANY(pathologies)) THEN 'MALIGNANT' WHEN bool_or('BENIGN' = ANY(pathologies)) THEN 'BENIGN' ELSE max(pathologies[1]) END AS pathology
    FROM (
      SELECT "patientCode", count(*) AS abnormalities, array_agg(pathology) AS pathologies
      FROM "Abnormality" WHERE ${kind ?? null}::text IS NULL OR kind::text = ${kind ?? null}::text
      GROUP BY "patientCode", "viewId", kind
    ) AS views
    GROUP BY "patientCode" ORDER BY "patientCode"`;
  return rows.map(({ patient, pathology, hasSeveral }) => ({
    patient: toPatientCode(patient),
    pathology: orUndefined(pathology),
    hasSeveral,
  }));
}
