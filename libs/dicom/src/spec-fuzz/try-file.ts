import { Failure } from '@mammoline/kernel';
import type { DicomLimits } from '../dicom-limits.ts';
import { firstHeadBytes, inspectDicom } from '../inspect-dicom.ts';
import { readPixels } from '../read-pixels.ts';

/**
 * Reads a file as the services do: its header from the first bytes, further ones where they are asked for, then its pixels.
 * @returns in a word what became of it
 * @throws whatever is not a refusal
 */
export function tryFile(bytes: Uint8Array, limits: DicomLimits): 'read' | 'header refused' | 'pixels refused' {
  for (let needed = firstHeadBytes; ;) {
    const inspected = inspectDicom(bytes.subarray(0, needed), bytes.length, limits);
    if (inspected.ok) break;
    if (inspected.error.reason !== 'more-bytes') return 'header refused';
    if (inspected.error.neededBytes <= needed) throw new Error(`asked for ${String(inspected.error.neededBytes)} bytes again`);
    needed = inspected.error.neededBytes;
  }
  try {
    const { header, pixels } = readPixels(bytes, { frameIndex: 0, limits });
    if (pixels.data.length !== header.rows * header.columns) throw new Error(`${String(pixels.data.length)} pixels are not all`);
    return 'read';
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid') return 'pixels refused';
    throw error;
  }
}
