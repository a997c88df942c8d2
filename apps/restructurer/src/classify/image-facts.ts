import type { ImageKind } from '@mammoline/kernel';

/** What the header and the path say that bears on the kind of an image. */
export interface ImageFacts {
  readonly seriesDescription: string | undefined;
  readonly sourcePath: string;
  /** Whether the case name of the file has the number of an abnormality; undefined where the file has no case name. */
  readonly isNumbered: boolean | undefined;
  readonly bitsAllocated: number;
  readonly rows: number;
  readonly columns: number;
}

/** What was found in the pixels, where they were needed. */
export type PixelFacts = { readonly distinctValues: 1 | 2 | 'many' } | { readonly unreadable: string };

export interface Classification {
  readonly kind: ImageKind;
  /** How the kind was told. */
  readonly evidence: string;
  /** The kind that the description names, where it names one. */
  readonly described: ImageKind | undefined;
}
