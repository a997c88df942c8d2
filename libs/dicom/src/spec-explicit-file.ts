/** Explicit VR little endian files of any transfer syntax, element by element, for specs. */

export interface SpecImage {
  readonly transferSyntaxUid: string;
  readonly rows: number;
  readonly columns: number;
  readonly frames?: number;
  readonly bitsAllocated?: number;
  readonly bitsStored?: number;
  readonly photometric?: string;
  readonly characterSet?: string;
  readonly seriesDescription?: Buffer;
  /** Whole elements, before the image's. */
  readonly extra?: Buffer;
  /** The value, or the items of encapsulated pixel data. */
  readonly pixelData: Buffer;
}

const longLength = ['OB', 'OW', 'SQ', 'UN', 'UT'];

/** An element; without a length its value ends with a delimiter of its own. */
export function element(tag: number, vr: string, value: Buffer, lengthBytes: number = value.length): Buffer {
  const isLong = longLength.includes(vr);
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(tag >>> 16);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (isLong) head.writeUInt32LE(lengthBytes, 8);
  else head.writeUInt16LE(lengthBytes, 6);
  return Buffer.concat([head, value]);
}

export const undefinedLength = 0xffffffff;
const item = 0xfffee000;
export const itemEnd = delimiter(0xfffee00d, 0);
export const sequenceEnd = delimiter(0xfffee0dd, 0);
export const openItem = delimiter(item, undefinedLength);

export function delimiter(tag: number, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(tag >>> 16);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.writeUInt32LE(lengthBytes, 4);
  return bytes;
}

/** Encapsulated pixel data: an offset table and fragments. */
export function encapsulate(offsets: readonly number[], fragments: readonly Buffer[]): Buffer {
  const table = Buffer.alloc(4 * offsets.length);
  offsets.forEach((offset, index) => table.writeUInt32LE(offset, 4 * index));
  return Buffer.concat([...[table, ...fragments].flatMap((bytes) => [delimiter(item, bytes.length), bytes]), sequenceEnd]);
}

export function explicitFile(image: SpecImage): Buffer {
  const { transferSyntaxUid, bitsAllocated = 16, bitsStored = bitsAllocated } = image;
  const text = (value: string): Buffer => Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1');
  const uid = (value: string): Buffer => Buffer.from(value.length % 2 === 0 ? value : `${value}\0`, 'latin1');
  const uint16 = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
  const isNative = transferSyntaxUid.startsWith('1.2.840.10008.1.2.1');
  const meta = element(0x00020010, 'UI', uid(transferSyntaxUid));
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM', 'latin1'),
    element(0x00020000, 'UL', Buffer.from([meta.length, 0, 0, 0])),
    meta,
    ...(image.characterSet === undefined ? [] : [element(0x00080005, 'CS', text(image.characterSet))]),
    element(0x00080018, 'UI', uid('1.2.3.4')),
    ...(image.seriesDescription === undefined ? [] : [element(0x0008103e, 'LO', image.seriesDescription)]),
    image.extra ?? Buffer.alloc(0),
    element(0x00280002, 'US', uint16(1)),
    element(0x00280004, 'CS', text(image.photometric ?? 'MONOCHROME2')),
    ...(image.frames === undefined ? [] : [element(0x00280008, 'IS', text(String(image.frames)))]),
    element(0x00280010, 'US', uint16(image.rows)),
    element(0x00280011, 'US', uint16(image.columns)),
    element(0x00280100, 'US', uint16(bitsAllocated)),
    element(0x00280101, 'US', uint16(bitsStored)),
    element(0x00280102, 'US', uint16(bitsStored - 1)),
    element(0x00280103, 'US', uint16(0)),
    element(0x7fe00010, 'OW', image.pixelData, isNative ? image.pixelData.length : undefinedLength),
  ]);
}
