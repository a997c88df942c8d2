import { invalid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';

/** Of two that come at once to an empty catalogue, the second waits for the first and is held against it. */
export async function claimPatientNaming(db: Database, keyFingerprint: string | undefined): Promise<void> {
  const wanted = keyFingerprint ?? null;
  await db.patientNaming.createMany({ data: [{ id: 1, keyFingerprint: wanted }], skipDuplicates: true });
  const begun = await db.patientNaming.findUniqueOrThrow({ where: { id: 1 } });
  if (begun.keyFingerprint === wanted) return;
  throw invalid(
    `this catalogue was begun ${describe(begun.keyFingerprint)}, and this is to be taken ${describe(wanted)}: one patient would have two names. ` +
      'Start the services as it was begun (MAMMOLINE_DEIDENTIFY_KEY_FILE, --deidentify-key), or begin another catalogue (of mammoline: another --work DIR)',
  );
}

const describe = (fingerprint: string | null): string =>
  fingerprint === null ? 'without de-identification' : `de-identified under the key ${fingerprint.slice(0, 8)}…`;
