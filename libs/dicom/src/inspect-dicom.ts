import { describeError, err, invalid, ok } from '@mammoline/kernel';
import type { Result } from '@mammoline/kernel';
import { isDicom } from './detect-syntax.ts';
import type { DicomHeader } from './dicom-header.ts';
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

/** A header that does not end within this is not one. */
const maxHeaderBytes = 64 * 1024 * 1024;

/**
 * Reads the header from the first bytes of a file.
 * @param head the file's first bytes, {@link firstHeadBytes} at first
 * @param fileSizeBytes of the whole file, which tells a cut file from a short head
 */
export function inspectDicom(head: Uint8Array, fileSizeBytes: number): Result<DicomHeader, DicomRefusal | NeedsMoreBytes> {
  if (fileSizeBytes === 0) return err({ reason: 'empty', detail: 'the file has no bytes' });
  if (!isDicom(head)) {
    const found = Buffer.from(head.subarray(0, 8)).toString('hex');
    return err({ reason: 'not-dicom', detail: `starts with ${found}: neither DICM at byte 128 nor a data set` });
  }
  let dataSet: ParsedDataSet | undefined;
  try {
    dataSet = parseDataSet(head);
  } catch (error) {
    return err({ reason: 'unreadable', detail: `the deflated data set can't be inflated: ${describeError(error)}` });
  }
  const isWhole = head.length >= fileSizeBytes;
  if (dataSet?.pixelData === undefined && !isWhole) {
    if (head.length >= maxHeaderBytes)
      return err({ reason: 'unreadable', detail: `no end of the header within ${String(maxHeaderBytes)} bytes` });
    return err(needsMore(head.length, fileSizeBytes, dataSet?.cut));
  }
  if (dataSet === undefined) return err({ reason: 'truncated', detail: 'the file ends before its data set says what it is' });
  if (dataSet.cut !== undefined) return err({ reason: dataSet.cut.isMalformed ? 'unreadable' : 'truncated', detail: dataSet.cut.detail });
  if (dataSet.reader.size === 0 && dataSet.pixelData === undefined)
    return err({ reason: 'truncated', detail: 'the file ends before its data set' });
  const header = toHeader(dataSet);
  if (header.rows > 0 && header.pixelData === undefined && !dataSet.reader.has('x7fe00008') && !dataSet.reader.has('x7fe00009')) {
    const size = `${String(header.rows)} x ${String(header.columns)}`;
    return err({ reason: 'truncated', detail: `an image of ${size} pixels is declared, and the file ends before its pixel data` });
  }
  return findTruncation(header, fileSizeBytes) ?? ok(header);
}

/**
 * Reads the header of a file, asking for more of it where the first bytes do not reach the pixel data.
 * @param readHead returns at most that many bytes from the start of the file
 */
export async function readDicomHead(
  readHead: (lengthBytes: number) => Promise<Uint8Array>,
  fileSizeBytes: number,
): Promise<Result<DicomHeader, DicomRefusal>> {
  let lengthBytes = firstHeadBytes;
  for (;;) {
    const head = await readHead(lengthBytes);
    if (head.length < lengthBytes && head.length < fileSizeBytes) {
      return err({ reason: 'truncated', detail: `${String(head.length)} of ${String(fileSizeBytes)} bytes can be read` });
    }
    const result = inspectDicom(head, fileSizeBytes);
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

function needsMore(haveBytes: number, fileSizeBytes: number, cut: ParsedDataSet['cut']): NeedsMoreBytes {
  // Past an element that is known to be long, a first head's worth is enough again; else four times as much, so that reads stay few.
  // Never more than a header may have: an element can declare gigabytes.
  const wantedBytes = Math.max(haveBytes * 2, (cut?.neededBytes ?? haveBytes * 4) + firstHeadBytes);
  const neededBytes = Math.min(fileSizeBytes, maxHeaderBytes, wantedBytes);
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
  const bitsAllocated = reader.uint16('x00280100') ?? 0;
  const bitsStored = reader.uint16('x00280101') ?? bitsAllocated;
  return {
    transferSyntaxUid,
    sopClassUid: reader.text('x00080016'),
    sopInstanceUid: reader.text('x00080018'),
    studyInstanceUid: reader.text('x0020000d'),
    seriesInstanceUid: reader.text('x0020000e'),
    seriesDescription: reader.text('x0008103e'),
    instanceNumber: reader.numbers('x00200013')?.[0],
    patientId: reader.text('x00100020'),
    patientOrientation: reader.text('x00200020'),
    laterality: reader.text('x00200060') ?? reader.text('x00200062'),
    viewPosition: reader.text('x00185101'),
    modality: reader.text('x00080060'),
    rows: reader.uint16('x00280010') ?? 0,
    columns: reader.uint16('x00280011') ?? 0,
    frames: Math.max(1, reader.numbers('x00280008')?.[0] ?? 1),
    samplesPerPixel: reader.uint16('x00280002') ?? 1,
    bitsAllocated,
    bitsStored,
    highBit: reader.uint16('x00280102') ?? Math.max(0, bitsStored - 1),
    isSigned: reader.uint16('x00280103') === 1,
    photometric: reader.text('x00280004'),
    pixelSpacingMm: spacing(reader, 'x00280030'),
    imagerPixelSpacingMm: spacing(reader, 'x00181164'),
    rescaleSlope: reader.numbers('x00281053')?.[0],
    rescaleIntercept: reader.numbers('x00281052')?.[0],
    smallestPixelValue: reader.uint16('x00280106'),
    largestPixelValue: reader.uint16('x00280107'),
    pixelData:
      pixelData === undefined
        ? undefined
        : { offsetBytes: pixelData.dataOffset, lengthBytes: pixelData.length === 0xffffffff ? undefined : pixelData.length },
  };
}

function spacing(reader: ElementReader, tag: string): readonly [number, number] | undefined {
  const [row, column] = reader.numbers(tag) ?? [];
  return row !== undefined && column !== undefined && row > 0 && column > 0 ? [row, column] : undefined;
}
