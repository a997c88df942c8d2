import type { BreastTraits, Geometry, PreparationRecipe } from '@mammoline/imaging';
import type { FailureKind } from '@mammoline/kernel';

/** The work on pixels, by its name: what goes to a worker thread and what comes back. Structured clones, so plain values alone. */
export interface PixelWork {
  /** A mammogram, and its merged mask where there is one, as networks get them, and what else the recipe asks for. */
  readonly mammogram: {
    readonly input: { readonly dicom: Uint8Array; readonly maskPng: Uint8Array | undefined; readonly recipe: PreparationRecipe };
    readonly output: {
      readonly imagePng: Uint8Array;
      /** Before its contrast is evened out. */
      readonly plainPng: Uint8Array;
      readonly maskPng: Uint8Array | undefined;
      readonly geometry: Geometry;
      readonly breast: BreastTraits;
      /** At the source's resolution; undefined where the recipe does not ask for it. */
      readonly fullImagePng: Uint8Array | undefined;
      /** Undefined also where there is no mask. */
      readonly fullMaskPng: Uint8Array | undefined;
    };
  };
  /** A merged mask alone, for a mammogram that is prepared already. */
  readonly mask: {
    readonly input: { readonly maskPng: Uint8Array; readonly geometry: Geometry };
    readonly output: { readonly maskPng: Uint8Array };
  };
  readonly crop: {
    readonly input: { readonly dicom: Uint8Array; readonly recipe: PreparationRecipe };
    readonly output: { readonly imagePng: Uint8Array };
  };
}

export type PixelTask = keyof PixelWork;

export type PixelRequest = { readonly [Task in PixelTask]: { readonly task: Task; readonly input: PixelWork[Task]['input'] } }[PixelTask];

/** A Failure does not survive the way between threads: its kind and message do. */
export type PixelReply =
  | { readonly ok: true; readonly output: PixelWork[PixelTask]['output'] }
  | { readonly ok: false; readonly kind: FailureKind; readonly message: string };
