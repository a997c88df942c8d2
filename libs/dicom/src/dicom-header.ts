/** Where the pixel data lies in the file. */
export interface PixelDataLocation {
  /** Byte in the file (in the inflated data set, where the file is deflated) at which the pixel bytes, or the first item, start. */
  readonly offsetBytes: number;
  /** As declared; undefined for encapsulated pixel data of undefined length. */
  readonly lengthBytes: number | undefined;
  /** OB or OW; undefined where the syntax does not write it down. */
  readonly vr: string | undefined;
}

/**
 * What a file says before its pixel data. Texts are trimmed and undefined where absent or empty;
 * counts and sizes of the image are 0 where the file has no image.
 */
export interface DicomHeader {
  readonly transferSyntaxUid: string;
  readonly sopClassUid: string | undefined;
  readonly sopInstanceUid: string | undefined;
  readonly studyInstanceUid: string | undefined;
  readonly seriesInstanceUid: string | undefined;
  readonly seriesDescription: string | undefined;
  readonly instanceNumber: number | undefined;
  readonly patientId: string | undefined;
  readonly patientOrientation: string | undefined;
  /** L or R, from Laterality or Image Laterality. */
  readonly laterality: string | undefined;
  readonly viewPosition: string | undefined;
  readonly modality: string | undefined;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
  readonly photometric: string | undefined;
  /** Row then column spacing in mm, in the patient's plane. */
  readonly pixelSpacingMm: readonly [number, number] | undefined;
  /** Row then column spacing in mm at the detector: larger than in the breast by the magnification. */
  readonly imagerPixelSpacingMm: readonly [number, number] | undefined;
  readonly rescaleSlope: number | undefined;
  readonly rescaleIntercept: number | undefined;
  /** The smallest and the largest stored value, as declared (0028,0106 and 0107). */
  readonly smallestPixelValue: number | undefined;
  readonly largestPixelValue: number | undefined;
  /** Undefined for a DICOM file without an image: a report, a plan, a directory. */
  readonly pixelData: PixelDataLocation | undefined;
}
