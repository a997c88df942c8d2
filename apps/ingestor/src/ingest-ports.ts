import type { OpenSourceTree } from '@mammoline/blobs';
import type { DicomLimits } from '@mammoline/dicom';
import type { Runtime } from '@mammoline/service';

/** What imports and uploads need. */
export interface IngestPorts extends Runtime {
  readonly dicomLimits: DicomLimits;
  readonly openTree: OpenSourceTree;
}
