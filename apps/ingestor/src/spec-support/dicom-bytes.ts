import { writeDicom } from '@mammoline/dicom';

/** A DICOM file whose content depends on the seed; about 500 bytes and two for each pixel. */
export function dicomBytes(seed: number, rows = 8, columns = 8): Uint8Array {
  const data = Uint16Array.from({ length: rows * columns }, (_, at) => (at * 31 + seed * 7919) % 65536);
  const uid = (part: number): string => `1.2.826.0.1.3680043.10.1577.9.${String(part)}.${String(seed)}`;
  return writeDicom({
    rows,
    columns,
    data,
    sopInstanceUid: uid(1),
    seriesInstanceUid: uid(2),
    studyInstanceUid: uid(3),
    patientId: `Mass-Training_P_${String(seed).padStart(5, '0')}_LEFT_CC`,
    seriesDescription: 'full mammogram images',
  });
}
