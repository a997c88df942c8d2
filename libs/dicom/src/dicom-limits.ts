/** What a file may ask for. Beyond it a file is refused, before memory is taken for it. */
export interface DicomLimits {
  /** Of the whole file. */
  readonly maxFileBytes: number;
  /** Of what comes before the pixel data. */
  readonly maxHeaderBytes: number;
  /** Rows x columns x frames. */
  readonly maxPixels: number;
  /** Of one decoded frame, and of the inflated data set of a deflated file. A codec takes several times as much meanwhile. */
  readonly maxDecodedBytes: number;
  /** Of sequences within sequences of undefined length; those of known length are stepped over whole. */
  readonly maxSequenceDepth: number;
  /** For one frame. */
  readonly maxDecodeMs: number;
}

const MiB = 1024 * 1024;

/** Four times and more what the largest mammograms need (34 megapixels of 16 bits, 68 MB, four seconds as JPEG 2000). */
export const defaultDicomLimits: DicomLimits = {
  maxFileBytes: 4096 * MiB,
  maxHeaderBytes: 64 * MiB,
  maxPixels: 2 ** 31,
  maxDecodedBytes: 256 * MiB,
  maxSequenceDepth: 64,
  maxDecodeMs: 60_000,
};
