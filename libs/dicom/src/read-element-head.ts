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

/** Undefined where the bytes end before the element's head does. */
export function readElementHead(view: DataView, position: number, syntax: ElementSyntax): ElementHead | undefined {
  const { explicitVr, littleEndian } = syntax;
  if (position + 8 > view.byteLength) return undefined;
  const group = view.getUint16(position, littleEndian);
  const tag = group * 0x10000 + view.getUint16(position + 2, littleEndian);
  const withLength = (vr: string | undefined, valueOffset: number, length: number): ElementHead => ({
    tag,
    vr,
    valueOffset,
    lengthBytes: length === undefinedLength ? undefined : length,
  });
  if (!explicitVr || group === itemGroup) return withLength(undefined, position + 8, view.getUint32(position + 4, littleEndian));
  const vr = String.fromCharCode(view.getUint8(position + 4), view.getUint8(position + 5));
  if (!longLengthVrs.has(vr)) return withLength(vr, position + 8, view.getUint16(position + 6, littleEndian));
  if (position + 12 > view.byteLength) return undefined;
  return withLength(vr, position + 12, view.getUint32(position + 8, littleEndian));
}
