import { z } from 'zod';
import { defaultDicomLimits } from './dicom-limits.ts';
import type { DicomLimits } from './dicom-limits.ts';

const whole = (byDefault: number) => z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).default(byDefault);
const defaults = defaultDicomLimits;

/** The environment variables by which a service is told its limits; docs/reference/dicom.md explains them. */
export const dicomLimitVariables = z.object({
  MAMMOLINE_DICOM_MAX_FILE_BYTES: whole(defaults.maxFileBytes),
  MAMMOLINE_DICOM_MAX_HEADER_BYTES: whole(defaults.maxHeaderBytes),
  MAMMOLINE_DICOM_MAX_PIXELS: whole(defaults.maxPixels),
  MAMMOLINE_DICOM_MAX_DECODED_BYTES: whole(defaults.maxDecodedBytes),
  MAMMOLINE_DICOM_MAX_SEQUENCE_DEPTH: whole(defaults.maxSequenceDepth),
  MAMMOLINE_DICOM_MAX_DECODE_MS: whole(defaults.maxDecodeMs),
});

export const toDicomLimits = (variables: z.infer<typeof dicomLimitVariables>): DicomLimits => ({
  maxFileBytes: variables.MAMMOLINE_DICOM_MAX_FILE_BYTES,
  maxHeaderBytes: variables.MAMMOLINE_DICOM_MAX_HEADER_BYTES,
  maxPixels: variables.MAMMOLINE_DICOM_MAX_PIXELS,
  maxDecodedBytes: variables.MAMMOLINE_DICOM_MAX_DECODED_BYTES,
  maxSequenceDepth: variables.MAMMOLINE_DICOM_MAX_SEQUENCE_DEPTH,
  maxDecodeMs: variables.MAMMOLINE_DICOM_MAX_DECODE_MS,
});
