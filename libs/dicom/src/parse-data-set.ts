import { constants, inflateRawSync } from 'node:zlib';
import { describeError } from '@mammoline/kernel';
import dicomParser from 'dicom-parser';
import type { Element } from 'dicom-parser';
import { ElementReader } from './element-reader.ts';
import { detectDataSetSyntax, findFileMeta } from './detect-syntax.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

export const pixelDataTag = 'x7fe00010';

/** A private archive may inflate to anything; a whole mammogram is under 64 MiB. */
const maxInflatedBytes = 512 * 1024 * 1024;

export interface Cut {
  readonly neededBytes: number;
  readonly detail: string;
  /** The bytes are nonsense rather than too few, as far as can be told. */
  readonly isMalformed: boolean;
}

/** The elements before the pixel data, and where the pixel data starts. */
export interface ParsedDataSet {
  readonly transferSyntaxUid: string;
  /** The bytes that offsets refer to: the file's own, or the inflated ones of a deflated file. */
  readonly bytes: Uint8Array;
  readonly reader: ElementReader;
  /** Undefined where the bytes end before it. */
  readonly pixelData: Element | undefined;
  /** Undefined where the data set ended cleanly; else the length at which the next try can get further, and what was met. */
  readonly cut: Cut | undefined;
}

/**
 * Reads top-level elements up to the pixel data (dicom-parser does each element, sequences included).
 * Never throws for bad bytes: what could be read is returned, with where it was cut.
 */
export function parseDataSet(fileBytes: Uint8Array): ParsedDataSet | undefined {
  const found = findDataSet(fileBytes);
  if (found === undefined) return undefined;
  const { transferSyntaxUid, start } = found;
  const syntax = transferSyntaxOf(transferSyntaxUid);
  const bytes = syntax.deflated ? inflateDataSet(fileBytes, start) : fileBytes;
  const parser = syntax.littleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser;
  const elements = new Map<string, Element>();
  const result = { transferSyntaxUid, bytes, reader: new ElementReader(bytes, syntax.littleEndian, elements) };
  const warnings: string[] = [];
  let position = syntax.deflated ? 0 : start;
  try {
    while (position < bytes.length) {
      const stream = new dicomParser.ByteStream(parser, bytes, position);
      const element = syntax.explicitVr
        ? dicomParser.readDicomElementExplicit(stream, warnings, pixelDataTag)
        : dicomParser.readDicomElementImplicit(stream, pixelDataTag);
      if (element.tag === pixelDataTag) return { ...result, pixelData: element, cut: undefined };
      position = stream.position;
      if (position > bytes.length) {
        const detail = `element ${element.tag} of ${String(element.length)} bytes goes beyond the end`;
        return { ...result, pixelData: undefined, cut: { neededBytes: position, detail, isMalformed: false } };
      }
      elements.set(element.tag, element);
    }
  } catch (error) {
    const reason = describeError(error);
    const detail = `the element at byte ${String(position)} can't be read: ${reason}`;
    return {
      ...result,
      pixelData: undefined,
      cut: { neededBytes: bytes.length * 4, detail, isMalformed: !/past end|over(read|run)/.test(reason) },
    };
  }
  return { ...result, pixelData: undefined, cut: undefined };
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
function inflateDataSet(fileBytes: Uint8Array, start: number): Uint8Array {
  return inflateRawSync(fileBytes.subarray(start), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxInflatedBytes });
}
