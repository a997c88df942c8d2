import { formatImageName, kindWord } from '@mammoline/kernel';
import type { ImageRecord } from '@mammoline/catalogue';

/**
 * Where an image goes in the exported tree, relative and with forward slashes: `CBIS-DDSM/Mass/Train/{case}_MASK_1.dcm`; what could not be told
 * goes to `unknown/`, under its hash, which is all that names it for certain.
 */
export function exportedPath(image: ImageRecord): string {
  if (image.kind === 'UNKNOWN' || image.case === undefined) return `unknown/${image.blob.sha256}.dcm`;
  const folder = `CBIS-DDSM/${kindWord(image.case.kind)}/${image.case.split === 'TRAINING' ? 'Train' : 'Test'}`;
  return `${folder}/${formatImageName(image.case, image.kind, image.abnormalityNumber, image.variant)}.dcm`;
}
