import type { RejectionReason } from '@mammoline/contracts';

/**
 * Why a file is not taken, in words that repeat nothing of its name or content: the first bytes of a text may be a name, and an error of the system, or of a store, names
 * the path. What is said of the structure of a DICOM file has places and sizes alone.
 */
export function hiddenDetail(reason: RejectionReason, detail: string): string {
  if (reason === 'not-dicom') return 'neither DICM at byte 128 nor a data set';
  if (!detail.startsWith("can't be read")) return detail;
  const code = /\bE[A-Z]{2,}\b/.exec(detail)?.[0];
  return code === undefined ? "can't be read" : `can't be read (${code})`;
}
