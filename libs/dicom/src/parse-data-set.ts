import { constants, inflateRawSync } from 'node:zlib';
import type { DicomLimits } from './dicom-limits.ts';
import { ElementReader } from './element-reader.ts';
import { detectDataSetSyntax, findFileMeta } from './detect-syntax.ts';
import { readElementHead } from './read-element-head.ts';
import type { ElementHead } from './read-element-head.ts';
import { formatTag, skipUndefinedLength } from './skip-undefined-length.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

const pixelDataTag = 0x7fe00010;

export interface Cut {
  /** Undefined where it can't be told. */
  readonly neededBytes: number | undefined;
  readonly detail: string;
  /** The bytes are nonsense rather than too few. */
  readonly isMalformed: boolean;
}

/** The elements before the pixel data, and where the pixel data starts. */
export interface ParsedDataSet {
  readonly transferSyntaxUid: string;
  /** The bytes that offsets refer to: the file's own, or the inflated ones of a deflated file. */
  readonly bytes: Uint8Array;
  readonly reader: ElementReader;
  /** Of all elements, kept or not. */
  readonly elementCount: number;
  /** Undefined where the bytes end before it. */
  readonly pixelData: ElementHead | undefined;
  /** Undefined where the data set ended cleanly; else the length at which the next try can get further, and what was met. */
  readonly cut: Cut | undefined;
}

/**
 * Reads top-level elements up to the pixel data; sequences are stepped over.
 * Only wanted elements are kept, so that a header of millions of them takes no memory. Bad bytes are no error: what could be read is returned, with where it was cut.
 * @throws what zlib throws for a deflated data set that is damaged or inflates beyond the limit
 */
export function parseDataSet(fileBytes: Uint8Array, wantedTags: ReadonlySet<number>, limits: DicomLimits): ParsedDataSet | undefined {
  const opened = openDataSet(fileBytes, limits);
  if (opened === undefined) return undefined;
  const { transferSyntaxUid, bytes } = opened;
  const syntax = transferSyntaxOf(transferSyntaxUid);
  const elements = new Map<number, ElementHead>();
  const result = { transferSyntaxUid, bytes, reader: new ElementReader(bytes, syntax.littleEndian, elements) };
  let elementCount = 0;
  const ended = (cut: Cut | undefined): ParsedDataSet => ({ ...result, elementCount, pixelData: undefined, cut });
  let position = opened.start;
  while (position < bytes.length) {
    const element = readElementHead(bytes, position, syntax);
    if (element === undefined) {
      return ended({ neededBytes: undefined, detail: `the element at byte ${String(position)} is cut`, isMalformed: false });
    }
    if (element.tag === pixelDataTag) return { ...result, elementCount, pixelData: element, cut: undefined };
    const { lengthBytes } = element;
    const skipped =
      lengthBytes === undefined
        ? skipUndefinedLength(bytes, element, syntax, limits.maxSequenceDepth)
        : { end: element.valueOffset + lengthBytes };
    const tag = formatTag(element.tag);
    if ('malformed' in skipped) {
      const detail = `element ${tag} at byte ${String(position)} can't be read: ${skipped.malformed}`;
      return ended({ neededBytes: undefined, detail, isMalformed: true });
    }
    if ('neededBytes' in skipped) {
      return ended({ neededBytes: skipped.neededBytes, detail: `element ${tag} has no end within the bytes`, isMalformed: false });
    }
    if (skipped.end > bytes.length) {
      const detail = `element ${tag} of ${String(lengthBytes ?? 0)} bytes goes beyond the end`;
      return ended({ neededBytes: skipped.end, detail, isMalformed: false });
    }
    elementCount += 1;
    if (wantedTags.has(element.tag)) elements.set(element.tag, element);
    position = skipped.end;
  }
  return ended(undefined);
}

/** A data set that can be walked through: its syntax, and where it starts in the bytes, which are the file's own or inflated ones. */
export interface OpenedDataSet {
  readonly transferSyntaxUid: string;
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** @throws what zlib throws, as {@link parseDataSet} */
export function openDataSet(fileBytes: Uint8Array, limits: DicomLimits): OpenedDataSet | undefined {
  const found = findDataSet(fileBytes);
  if (found === undefined) return undefined;
  const { transferSyntaxUid, start } = found;
  if (!transferSyntaxOf(transferSyntaxUid).deflated) return { transferSyntaxUid, bytes: fileBytes, start };
  return { transferSyntaxUid, bytes: inflateDataSet(fileBytes, start, limits.maxDecodedBytes), start: 0 };
}

/** File meta where it is, else a guess after the preamble, else a guess at the very start ("DICM" may stand in a bare data set by chance). */
function findDataSet(fileBytes: Uint8Array): { readonly transferSyntaxUid: string; readonly start: number } | undefined {
  const meta = findFileMeta(fileBytes);
  if (meta?.transferSyntaxUid !== undefined) return { transferSyntaxUid: meta.transferSyntaxUid, start: meta.dataSetOffset };
  for (const start of meta === undefined ? [0] : [meta.dataSetOffset, 0]) {
    const transferSyntaxUid = detectDataSetSyntax(fileBytes, start);
    if (transferSyntaxUid !== undefined) return { transferSyntaxUid, start };
  }
  return undefined;
}

/** Inflates what is there of a deflated data set; a cut stream gives its beginning. */
function inflateDataSet(fileBytes: Uint8Array, start: number, maxOutputLength: number): Uint8Array {
  return inflateRawSync(fileBytes.subarray(start), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
}
