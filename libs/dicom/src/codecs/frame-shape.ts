/** What a codec is told of a frame. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly isSigned: boolean;
}

/** What a codec found: the samples of a pixel together, one byte each, or two with the low one first. */
export interface DecodedFrame {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bytesPerSample: number;
  /** A copy, out of the codec's memory. */
  readonly data: Uint8Array<ArrayBuffer>;
}
