export { isDicom } from './detect-syntax.ts';
export type { DicomHeader, PixelDataLocation } from './dicom-header.ts';
export { dicomLimitVariables, toDicomLimits } from './dicom-limit-variables.ts';
export { defaultDicomLimits, type DicomLimits } from './dicom-limits.ts';
export {
  firstHeadBytes,
  inspectDicom,
  tooLarge,
  readDicomHead,
  readDicomHeader,
  type DicomRefusal,
  type DicomRefusalReason,
  type NeedsMoreBytes,
} from './inspect-dicom.ts';
export { transferSyntaxOf, type PixelCodec, type TransferSyntax } from './transfer-syntax.ts';
export { readPixels, type GreyPixels, type ReadPixelsOptions } from './read-pixels.ts';
export { writeDicom, type DicomToWrite } from './write-dicom.ts';
export { BurnedInAnnotation, deidentifyDicom, type DeidentifiedDicom } from './deidentify/deidentify-dicom.ts';
export type { AttributeChange, DeidentificationReport } from './deidentify/deidentification-report.ts';
export { createPseudonyms, type Pseudonyms } from './deidentify/pseudonyms.ts';
export { pseudonymisePath } from './deidentify/pseudonymise-path.ts';
export { deidentifyVariables, openPseudonyms } from './deidentify/deidentify-variables.ts';
