import type { AbnormalityRecord, NewRepair } from '@mammoline/catalogue';
import { fileIndex } from './file-index.ts';
import type { PlacedImage } from './placed-image.ts';

/**
 * Whether the crop and mask columns of a row are each other's: a file that is a mask lies where the crop's path points, or a crop where the
 * mask's does. A path is met by its series, and within one series by the number of the file.
 */
export function findSwappedColumns(subject: string, row: AbnormalityRecord, images: readonly PlacedImage[]): readonly NewRepair[] {
  const { cropPath, maskPath } = row;
  if (cropPath === undefined || maskPath === undefined) return [];
  const isSwapped = images.some((image) => {
    const columns = { CROP: cropPath, MASK: maskPath };
    const meets = (path: string): boolean => path.includes(`/${image.header.seriesInstanceUid}/`);
    if (image.kind === 'FULL' || image.header.seriesInstanceUid === '') return false;
    const own = columns[image.kind];
    const other = columns[image.kind === 'CROP' ? 'MASK' : 'CROP'];
    if (!meets(other)) return false;
    if (!meets(own)) return true;
    const index = fileIndex(image.sourcePath);
    return index !== undefined && index === fileIndex(other) && index !== fileIndex(own);
  });
  if (!isSwapped) return [];
  return [
    {
      kind: 'columns-swapped',
      subject,
      was: `crop ${cropPath}, mask ${maskPath}`,
      now: `crop ${maskPath}, mask ${cropPath}: told by the files`,
    },
  ];
}
