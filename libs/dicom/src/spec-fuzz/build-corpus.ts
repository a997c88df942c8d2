import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressDicom } from '@mammoline/testing/dicom';
import { deflatedExplicitVrLittleEndian } from '../transfer-syntax.ts';
import { writeDicom } from '../write-dicom.ts';
import { deflateRawSync } from 'node:zlib';
import { findFileMeta } from '../detect-syntax.ts';

/** Larger files take longer to decode than their damage is worth; what they have in them, smaller ones have too. */
const maxFileBytes = 70_000;

/**
 * Files to damage: a small grey image in every syntax that can be written, and the smaller ones of the conformance set where it is.
 * @param directory of the conformance set; may be absent
 */
export async function buildCorpus(directory: string): Promise<readonly Uint8Array[]> {
  const uids = { sopInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3', studyInstanceUid: '1.2', patientId: 'P_00001' };
  const [rows, columns] = [20, 14];
  const words = Uint16Array.from({ length: rows * columns }, (_, index) => (index * 7919) % 65_521);
  const grey16 = writeDicom({ ...uids, rows, columns, data: words, seriesDescription: 'full mammogram images' });
  const grey8 = writeDicom({ ...uids, rows, columns, data: Uint8Array.from(words, (word) => word >> 8) });
  const written: Uint8Array[] = [grey16, grey8];
  for (const last of ['1', '2', '5', '4.70', '4.80', '4.81', '4.90', '4.91', '4.201', '4.203'])
    written.push(await compressDicom(grey16, `1.2.840.10008.1.2.${last}`));
  written.push(await compressDicom(grey8, '1.2.840.10008.1.2.4.50'));
  const explicit = await compressDicom(grey16, '1.2.840.10008.1.2.1');
  written.push(deflated(Buffer.from(explicit)));
  const conformance = !existsSync(directory)
    ? []
    : readdirSync(directory)
        .sort()
        .map((name) => readFileSync(join(directory, name)))
        .filter(({ length }) => length <= maxFileBytes);
  return [...written, ...conformance];
}

function deflated(file: Buffer): Uint8Array {
  const start = findFileMeta(file)?.dataSetOffset ?? 0;
  const uid = Buffer.from(deflatedExplicitVrLittleEndian, 'latin1');
  const head = Buffer.from('0200100055490000', 'hex');
  head.writeUInt16LE(uid.length, 6);
  return Buffer.concat([file.subarray(0, 132), head, uid, deflateRawSync(file.subarray(start))]);
}
