import dicomParser from 'dicom-parser';

/** The tag, and where the value lies (PS3.5, 7.1). */
export interface ElementHead {
  /** Group and number in one: 0x00280010. */
  readonly tag: number;
  /** Undefined where the syntax does not write it down, and for items and delimiters. */
  readonly vr: string | undefined;
  readonly valueOffset: number;
  /** Undefined for a length that is not told: the value ends with a delimiter. */
  readonly lengthBytes: number | undefined;
}

/** How the elements of a data set are written down. */
export interface ElementSyntax {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}

/** Value representations with a length of 32 bits after two reserved bytes, where they are written down; all others have 16 bits. */
export const longLengthVrs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

const undefinedLength = 0xffffffff;
const itemGroup = 0xfffe;

/**
 * Reads an element's head with dicom-parser's readers of numbers and text. Not with its readers of whole elements: those call themselves for each level of a
 * sequence, keep every item, and have no limit (docs/adr/0008-sequences-stepped-over.md).
 * @returns undefined where the bytes end before the element's head does
 */
export function readElementHead(bytes: Uint8Array, position: number, syntax: ElementSyntax): ElementHead | undefined {
  const { explicitVr, littleEndian } = syntax;
  if (position + 8 > bytes.length) return undefined;
  const parser = littleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser;
  const group = parser.readUint16(bytes, position);
  const tag = group * 0x10000 + parser.readUint16(bytes, position + 2);
  const withLength = (vr: string | undefined, valueOffset: number, length: number): ElementHead => ({
    tag,
    vr,
    valueOffset,
    lengthBytes: length === undefinedLength ? undefined : length,
  });
  if (!explicitVr || group === itemGroup) return withLength(undefined, position + 8, parser.readUint32(bytes, position + 4));
  const vr = dicomParser.readFixedString(bytes, position + 4, 2);
  if (!longLengthVrs.has(vr)) return withLength(vr, position + 8, parser.readUint16(bytes, position + 6));
  if (position + 12 > bytes.length) return undefined;
  return withLength(vr, position + 12, parser.readUint32(bytes, position + 8));
}
