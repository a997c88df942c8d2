import { dirname } from 'node:path/posix';
import type { NewRepair } from '@mammoline/catalogue';
import { fileIndex } from './file-index.ts';
import type { PlacedImage } from './placed-image.ts';

/** Where a folder holds both, CBIS-DDSM numbers the crop first; this finds a folder that numbers the mask first. */
export function findSwappedNumbering(subject: string, images: readonly PlacedImage[]): readonly NewRepair[] {
  const isSwapped = images.some((mask) => {
    const first = fileIndex(mask.sourcePath);
    if (mask.kind !== 'MASK' || first === undefined) return false;
    return images.some((crop) => {
      const second = fileIndex(crop.sourcePath);
      return crop.kind === 'CROP' && second !== undefined && second > first && dirname(crop.sourcePath) === dirname(mask.sourcePath);
    });
  });
  return isSwapped
    ? [{ kind: 'numbering-swapped', subject, was: 'the mask is numbered before the crop', now: 'told by the files, not by their numbers' }]
    : [];
}
