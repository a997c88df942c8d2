import type { ImageRecord } from '@mammoline/catalogue';
import type { CaseRef, ImageKind } from '@mammoline/kernel';

/** An image with a case and a kind. */
export type PlacedImage = ImageRecord & { readonly case: CaseRef; readonly kind: ImageKind };

export const isPlaced = (image: ImageRecord): image is PlacedImage => image.case !== undefined && image.kind !== 'UNKNOWN';
