import type { DicomReceived } from '@mammoline/contracts';
import { done } from '@mammoline/service';
import type { Stage } from '@mammoline/service';
import { catalogued } from './catalogued.ts';
import { describeImage } from './describe-image.ts';
import type { DescribeImagePorts } from './describe-image.ts';

/**
 * dicom.received -> image.catalogued: tells what a file is and writes it into the catalogue. What it writes depends on the file alone,
 * but for a PatientID without its table's prefix; what files and tables say together is {@link reviewView}'s.
 */
export const catalogueImage: Stage<DicomReceived, DescribeImagePorts> = async (event, ports, { signal, log }) => {
  const { image, repairs } = await describeImage(event.blob, event.sourcePath, ports, signal);
  if (image.kind === 'UNKNOWN') log.warn({ sha256: event.blob.sha256, evidence: image.evidence }, 'a file that can not be placed');
  return done({
    write: async (tx) => {
      const saved = await tx.saveImage(image);
      for (const repair of repairs) await tx.saveRepair(repair);
      return saved.image;
    },
    emit: catalogued,
  });
};
