import type { BlobStore } from '@mammoline/blobs';
import { describeError, parseSha256 } from '@mammoline/kernel';
import type { Finding } from './finding.ts';
import { withClient } from './with-client.ts';

/** Every artefact that the catalogue names, by table and column prefix. */
const references = [
  ['DicomFile', ''],
  ['Image', ''],
  ['MergedMask', ''],
  ['PreparedView', 'image'],
  ['PreparedView', 'plain'],
  ['PreparedView', 'mask'],
  ['PreparedCrop', ''],
  ['ModelVersion', 'weights'],
  ['Prediction', 'mask'],
] as const;

interface Reference {
  readonly sha256: string;
  readonly uri: string;
  readonly sizeBytes: string;
}

/** Reads every blob that the catalogue names, and holds it against its sha256. */
export async function findDamagedBlobs(databaseUrl: string, blobs: Pick<BlobStore, 'get'>): Promise<readonly Finding[]> {
  const rows = await withClient(databaseUrl, async (client) => {
    const found: Reference[] = [];
    for (const [table, prefix] of references) {
      const [sha256, uri, sizeBytes] = ['sha256', 'uri', 'sizeBytes'].map((name) =>
        prefix === '' ? name : `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      );
      const result = await client.query<Reference>(
        `SELECT "${sha256 ?? ''}" AS sha256, "${uri ?? ''}" AS uri, "${sizeBytes ?? ''}"::text AS "sizeBytes" FROM "${table}" WHERE "${sha256 ?? ''}" IS NOT NULL`,
      );
      found.push(...result.rows);
    }
    return found;
  });
  const findings: Finding[] = [];
  for (const { sha256, uri, sizeBytes } of new Map(rows.map((row) => [`${row.uri} ${row.sha256}`, row])).values()) {
    try {
      await blobs.get({ sha256: parseSha256(sha256), uri, sizeBytes: Number(sizeBytes) });
    } catch (error) {
      findings.push({ kind: 'lost', text: `blob ${sha256} (${uri}) can't be read: ${describeError(error)}` });
    }
  }
  return findings;
}
