import type { OpenSourceTree } from '@mammoline/blobs';
import type { DicomLimits, Pseudonyms } from '@mammoline/dicom';
import type { Runtime } from '@mammoline/service';

/** What imports and uploads need. */
export interface IngestPorts extends Runtime {
  readonly dicomLimits: DicomLimits;
  readonly openTree: OpenSourceTree;
  /** Files are de-identified with these before anything of them is stored or told; undefined: taken as they are. `openTree` opens such trees too. */
  readonly pseudonyms: Pseudonyms | undefined;
}
