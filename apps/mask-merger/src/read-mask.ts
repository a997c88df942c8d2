import type { BlobStore } from '@mammoline/blobs';
import type { ImageRecord, NewRepair } from '@mammoline/catalogue';
import { readPixels, type DicomLimits } from '@mammoline/dicom';
import { bitMaskFromGrey, packMask, resampleMaskNearest, unpackMask, type BitMask, type Kernels } from '@mammoline/imaging';
import { describeError, Failure, formatImageName } from '@mammoline/kernel';

/** A mask at the mammogram's size, or none; and what had to be done about it, where anything had. */
export interface MaskReading {
  readonly mask: BitMask | undefined;
  readonly repair: NewRepair | undefined;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Some masks of CBIS-DDSM were drawn on a scan of another resolution: their shape agrees, but for rounding. */
const aspectTolerance = 0.01;

/**
 * Reads one mask. Another size than the mammogram's is resampled where the shape agrees, else refused; unreadable pixels or a file that is gone
 * or changed leave the mask out. Each is named by a repair.
 * @throws Failure unavailable where the blob store does not answer: that passes
 */
export async function readMask(
  image: ImageRecord,
  full: Size,
  {
    blobs,
    dicomLimits: limits,
    kernels,
  }: { readonly blobs: Pick<BlobStore, 'get'>; readonly dicomLimits: DicomLimits; readonly kernels: Kernels },
  signal: AbortSignal,
): Promise<MaskReading> {
  const subject = image.case === undefined ? image.sourcePath : formatImageName(image.case, 'MASK', image.abnormalityNumber, image.variant);
  const leaveOut = (kind: string, was: string): MaskReading => ({
    mask: undefined,
    repair: { kind, subject, was, now: 'left out of the union' },
  });

  let mask: BitMask;
  try {
    mask = bitMaskFromGrey(readPixels(await blobs.get(image.blob, signal), { limits }).pixels, kernels);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    return leaveOut('mask-unreadable', describeError(error));
  }
  if (mask.rows === full.rows && mask.columns === full.columns) return { mask, repair: undefined };
  if (!sameShape(mask, full)) return leaveOut('mask-refused', `${size(mask)} pixels, the mammogram has ${size(full)}: another shape`);
  return {
    mask: packMask(resampleMaskNearest(unpackMask(mask), full.rows, full.columns)),
    repair: { kind: 'mask-resampled', subject, was: `${size(mask)} pixels`, now: `${size(full)} pixels, as the mammogram` },
  };
}

function sameShape(mask: Size, full: Size): boolean {
  const aspect = (mask.columns * full.rows) / (mask.rows * full.columns);
  return Math.abs(aspect - 1) <= aspectTolerance;
}

const size = ({ rows, columns }: Size): string => `${String(rows)} x ${String(columns)}`;
