import { Failure } from '@mammoline/kernel';
import { deidentifyDicom } from '../deidentify/deidentify-dicom.ts';
import { createPseudonyms } from '../deidentify/pseudonyms.ts';
import type { DicomLimits } from '../dicom-limits.ts';
import { firstHeadBytes, inspectDicom } from '../inspect-dicom.ts';
import { readPixels } from '../read-pixels.ts';

const pseudonyms = createPseudonyms(Buffer.alloc(32, 'k'));

/**
 * Reads a file as the services do: its header from the first bytes, further ones where they are asked for, then its pixels; and de-identifies it, which makes a file that can be read, or refuses.
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
  tryDeidentify(bytes, limits);
  try {
    const { header, pixels } = readPixels(bytes, { frameIndex: 0, limits });
    if (pixels.data.length !== header.rows * header.columns) throw new Error(`${String(pixels.data.length)} pixels are not all`);
    return 'read';
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid') return 'pixels refused';
    throw error;
  }
}

function tryDeidentify(bytes: Uint8Array, limits: DicomLimits): void {
  let made: Uint8Array;
  try {
    made = Buffer.concat(deidentifyDicom(bytes, pseudonyms, limits).parts);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid') return;
    throw error;
  }
  const inspected = inspectDicom(made, made.length, limits);
  if (!inspected.ok) throw new Error(`de-identified it can't be read: ${inspected.error.detail}`);
}
