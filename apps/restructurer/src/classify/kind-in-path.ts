import type { ImageKind } from '@mammoline/kernel';

/** Words in a path that settle the kind. The name in an exported tree (`…_MASK_1.dcm`) is exact. */
const patterns: readonly { readonly kind: ImageKind; readonly pattern: RegExp }[] = [
  { kind: 'FULL', pattern: /_FULL(?:_v\d+)?(?:\.\w+)?$/ },
  { kind: 'CROP', pattern: /_CROP_\d+(?:_v\d+)?(?:\.\w+)?$/ },
  { kind: 'MASK', pattern: /_MASK_\d+(?:_v\d+)?(?:\.\w+)?$/ },
  { kind: 'FULL', pattern: /full mammogram images/i },
  { kind: 'CROP', pattern: /cropped images/i },
];

/**
 * What the folders and the name of a file say of its kind; undefined where they do not settle it. A folder of ROI mask images does not:
 * in 3,461 of 3,565 such series of CBIS-DDSM it holds the crop too.
 */
export function kindInPath(sourcePath: string): { readonly kind: ImageKind; readonly words: string } | undefined {
  for (const { kind, pattern } of patterns) {
    const match = pattern.exec(sourcePath);
    if (match !== null) return { kind, words: match[0] };
  }
  return undefined;
}
