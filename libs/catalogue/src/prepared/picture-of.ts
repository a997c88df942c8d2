import type { BlobRef } from '@mammoline/contracts';
import { invalid, type PictureKind } from '@mammoline/kernel';
import type { PreparedPair } from '../records.ts';

/** False of the plain picture where a mammogram was prepared before there were any. */
export function hasPicture({ plain }: Pick<PreparedPair, 'plain'>, kind: PictureKind): boolean {
  return kind === 'equalised' || plain !== undefined;
}

/**
 * The picture of a prepared mammogram that a network sees.
 * @throws Failure invalid where it was prepared before there were plain pictures
 */
export function pictureOf({ image, plain }: Pick<PreparedPair, 'image' | 'plain'>, kind: PictureKind): BlobRef {
  if (kind === 'equalised') return image;
  if (plain !== undefined) return plain;
  throw invalid(
    `found a mammogram that an older version prepared (${image.uri}), expected a picture of it before its contrast was evened out: the preprocessor makes it after its start; wait until \`mammoline status\` has nothing waiting`,
  );
}
