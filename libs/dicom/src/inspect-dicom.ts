import { describeError, err, invalid, ok } from '@mammoline/kernel';
import type { Result } from '@mammoline/kernel';
import { isDicom } from './detect-syntax.ts';
import type { DicomHeader } from './dicom-header.ts';
import { defaultDicomLimits } from './dicom-limits.ts';
import type { DicomLimits } from './dicom-limits.ts';
import { specificCharacterSet } from './element-reader.ts';
import type { ElementReader } from './element-reader.ts';
import { parseDataSet } from './parse-data-set.ts';
import type { ParsedDataSet } from './parse-data-set.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

/** Why a file is not taken, in the words of `dicom.rejected`. */
export type DicomRefusalReason = 'empty' | 'not-dicom' | 'truncated' | 'unreadable';

export interface DicomRefusal {
  readonly reason: DicomRefusalReason;
  readonly detail: string;
}

/** The bytes end before the pixel data does: read this many from the start of the file and ask again. */
export interface NeedsMoreBytes {
  readonly reason: 'more-bytes';
  readonly neededBytes: number;
  readonly detail: string;
}

/** Enough for every header of CBIS-DDSM (2 KiB) and for most others. */
export const firstHeadBytes = 64 * 1024;

const tags = {
  specificCharacterSet,
  sopClassUid: 0x00080016,
  sopInstanceUid: 0x00080018,
  modality: 0x00080060,
  seriesDescription: 0x0008103e,
  patientId: 0x00100020,
  imagerPixelSpacing: 0x00181164,
  viewPosition: 0x00185101,
  studyInstanceUid: 0x0020000d,
  seriesInstanceUid: 0x0020000e,
  instanceNumber: 0x00200013,
  patientOrientation: 0x00200020,
  laterality: 0x00200060,
  imageLaterality: 0x00200062,
  samplesPerPixel: 0x00280002,
  photometric: 0x00280004,
  frames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  pixelSpacing: 0x00280030,
  bitsAllocated: 0x00280100,
  bitsStored: 0x00280101,
  highBit: 0x00280102,
  pixelRepresentation: 0x00280103,
  smallestPixelValue: 0x00280106,
  largestPixelValue: 0x00280107,
  rescaleIntercept: 0x00281052,
  rescaleSlope: 0x00281053,
  floatPixelData: 0x7fe00008,
  doublePixelData: 0x7fe00009,
} as const;

const wantedTags: ReadonlySet<number> = new Set(Object.values(tags));

/** A header, and the bytes that its offsets refer to: the file's own, or the inflated ones of a deflated file. */
export interface InspectedDicom {
  readonly header: DicomHeader;
  readonly bytes: Uint8Array;
}

/**
 * Reads the header from the first bytes of a file.
 * @param head the file's first bytes, {@link firstHeadBytes} at first
 * @param fileSizeBytes of the whole file, which tells a cut file from a short head
 */
export function inspectDicom(
  head: Uint8Array,
  fileSizeBytes: number,
  limits: DicomLimits = defaultDicomLimits,
): Result<DicomHeader, DicomRefusal | NeedsMoreBytes> {
  const inspected = inspectDataSet(head, fileSizeBytes, limits);
  return inspected.ok ? ok(inspected.value.header) : inspected;
}

/** As {@link inspectDicom}, with the bytes. */
export function inspectDataSet(
  head: Uint8Array,
  fileSizeBytes: number,
  limits: DicomLimits,
): Result<InspectedDicom, DicomRefusal | NeedsMoreBytes> {
  if (fileSizeBytes === 0) return err({ reason: 'empty', detail: 'the file has no bytes' });
  if (!isDicom(head)) {
    const found = Buffer.from(head.subarray(0, 8)).toString('hex');
    return err({ reason: 'not-dicom', detail: `starts with ${found}: neither DICM at byte 128 nor a data set` });
  }
  let dataSet: ParsedDataSet | undefined;
  try {
    dataSet = parseDataSet(head, wantedTags, limits);
  } catch (error) {
    return err({ reason: 'unreadable', detail: `the deflated data set can't be inflated: ${describeError(error)}` });
  }
  const isWhole = head.length >= fileSizeBytes;
  if (dataSet?.pixelData === undefined && dataSet?.cut?.isMalformed !== true && !isWhole) {
    if (head.length >= limits.maxHeaderBytes)
      return err({ reason: 'unreadable', detail: `no end of the header within ${String(limits.maxHeaderBytes)} bytes` });
    return err(needsMore(head.length, Math.min(fileSizeBytes, limits.maxHeaderBytes), dataSet?.cut));
  }
  if (dataSet === undefined) return err({ reason: 'truncated', detail: 'the file ends before its data set says what it is' });
  if (dataSet.cut !== undefined) return err({ reason: dataSet.cut.isMalformed ? 'unreadable' : 'truncated', detail: dataSet.cut.detail });
  if (dataSet.elementCount === 0 && dataSet.pixelData === undefined)
    return err({ reason: 'truncated', detail: 'the file ends before its data set' });
  const header = toHeader(dataSet);
  if (
    header.rows > 0 &&
    header.pixelData === undefined &&
    !dataSet.reader.has(tags.floatPixelData) &&
    !dataSet.reader.has(tags.doublePixelData)
  ) {
    const size = `${String(header.rows)} x ${String(header.columns)}`;
    return err({ reason: 'truncated', detail: `an image of ${size} pixels is declared, and the file ends before its pixel data` });
  }
  return findTruncation(header, fileSizeBytes) ?? ok({ header, bytes: dataSet.bytes });
}

/** Of a file, or of as much of it as has come. */
export const tooLarge = (sizeBytes: number, limits: DicomLimits): DicomRefusal => ({
  reason: 'unreadable',
  detail: `found ${String(sizeBytes)} bytes; at most ${String(limits.maxFileBytes)} are read`,
});

/**
 * Reads the header of a file, asking for more of it where the first bytes do not reach the pixel data.
 * @param readHead returns at most that many bytes from the start of the file
 */
export async function readDicomHead(
  readHead: (lengthBytes: number) => Promise<Uint8Array>,
  fileSizeBytes: number,
  limits: DicomLimits = defaultDicomLimits,
): Promise<Result<DicomHeader, DicomRefusal>> {
  if (fileSizeBytes > limits.maxFileBytes) return err(tooLarge(fileSizeBytes, limits));
  let lengthBytes = firstHeadBytes;
  for (;;) {
    const head = await readHead(lengthBytes);
    if (head.length < lengthBytes && head.length < fileSizeBytes) {
      return err({ reason: 'truncated', detail: `${String(head.length)} of ${String(fileSizeBytes)} bytes can be read` });
    }
    const result = inspectDicom(head, fileSizeBytes, limits);
    if (result.ok) return result;
    if (result.error.reason !== 'more-bytes') return err({ reason: result.error.reason, detail: result.error.detail });
    lengthBytes = result.error.neededBytes;
  }
}

/**
 * Reads the header of a whole file in memory.
 * @throws Failure invalid for bytes that are no whole DICOM file.
 */
export function readDicomHeader(bytes: Uint8Array): DicomHeader {
  const result = inspectDicom(bytes, bytes.length);
  if (result.ok) return result.value;
  throw invalid(`${String(bytes.length)} bytes are ${result.error.reason}: ${result.error.detail}; expected a whole DICOM file`);
}

function needsMore(haveBytes: number, mostBytes: number, cut: ParsedDataSet['cut']): NeedsMoreBytes {
  // Past an element that is known to be long, a first head's worth is enough again; else four times as much, so that reads stay few.
  // Never more than a header may have: an element can declare gigabytes.
  const wantedBytes = Math.max(haveBytes * 2, (cut?.neededBytes ?? haveBytes * 4) + firstHeadBytes);
  const neededBytes = Math.min(mostBytes, wantedBytes);
  return { reason: 'more-bytes', neededBytes, detail: cut?.detail ?? `no pixel data within ${String(haveBytes)} bytes` };
}

function findTruncation(header: DicomHeader, fileSizeBytes: number): Result<never, DicomRefusal> | undefined {
  const { pixelData } = header;
  // A deflated file's offsets are those of the inflated data, of which the file's size says nothing.
  if (pixelData?.lengthBytes === undefined || transferSyntaxOf(header.transferSyntaxUid).deflated) return undefined;
  const there = fileSizeBytes - pixelData.offsetBytes;
  if (there >= pixelData.lengthBytes) return undefined;
  return err({
    reason: 'truncated',
    detail: `${String(pixelData.lengthBytes)} bytes of pixel data are declared, ${String(there)} are there`,
  });
}

function toHeader({ transferSyntaxUid, reader, pixelData }: ParsedDataSet): DicomHeader {
  const bitsAllocated = reader.uint16(tags.bitsAllocated) ?? 0;
  const bitsStored = reader.uint16(tags.bitsStored) ?? bitsAllocated;
  return {
    transferSyntaxUid,
    sopClassUid: reader.text(tags.sopClassUid),
    sopInstanceUid: reader.text(tags.sopInstanceUid),
    studyInstanceUid: reader.text(tags.studyInstanceUid),
    seriesInstanceUid: reader.text(tags.seriesInstanceUid),
    seriesDescription: reader.text(tags.seriesDescription),
    instanceNumber: reader.numbers(tags.instanceNumber)?.[0],
    patientId: reader.text(tags.patientId),
    patientOrientation: reader.text(tags.patientOrientation),
    laterality: reader.text(tags.laterality) ?? reader.text(tags.imageLaterality),
    viewPosition: reader.text(tags.viewPosition),
    modality: reader.text(tags.modality),
    rows: reader.uint16(tags.rows) ?? 0,
    columns: reader.uint16(tags.columns) ?? 0,
    frames: Math.max(1, Math.trunc(reader.numbers(tags.frames)?.[0] ?? 1)),
    samplesPerPixel: reader.uint16(tags.samplesPerPixel) ?? 1,
    bitsAllocated,
    bitsStored,
    highBit: reader.uint16(tags.highBit) ?? Math.max(0, bitsStored - 1),
    isSigned: reader.uint16(tags.pixelRepresentation) === 1,
    photometric: reader.text(tags.photometric),
    pixelSpacingMm: spacing(reader, tags.pixelSpacing),
    imagerPixelSpacingMm: spacing(reader, tags.imagerPixelSpacing),
    rescaleSlope: reader.numbers(tags.rescaleSlope)?.[0],
    rescaleIntercept: reader.numbers(tags.rescaleIntercept)?.[0],
    smallestPixelValue: reader.uint16(tags.smallestPixelValue),
    largestPixelValue: reader.uint16(tags.largestPixelValue),
    pixelData:
      pixelData === undefined ? undefined : { offsetBytes: pixelData.valueOffset, lengthBytes: pixelData.lengthBytes, vr: pixelData.vr },
  };
}

function spacing(reader: ElementReader, tag: number): readonly [number, number] | undefined {
  const [row, column] = reader.numbers(tag) ?? [];
  return row !== undefined && column !== undefined && row > 0 && column > 0 ? [row, column] : undefined;
}
