import { longLengthVrs } from './read-element-head.ts';
import { explicitVrBigEndian, explicitVrLittleEndian, implicitVrLittleEndian } from './transfer-syntax.ts';

/** The file meta group (PS3.10, 7.1), which is explicit little endian whatever follows it. */
export interface FileMeta {
  readonly transferSyntaxUid: string | undefined;
  /** Where the data set starts. */
  readonly dataSetOffset: number;
}

const shortLengthVrs = new Set([
  'AE',
  'AS',
  'AT',
  'CS',
  'DA',
  'DS',
  'DT',
  'FD',
  'FL',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'SL',
  'SS',
  'ST',
  'TM',
  'UI',
  'UL',
  'US',
]);

export const hasPreamble = (bytes: Uint8Array): boolean =>
  bytes.length >= 132 && bytes[128] === 0x44 && bytes[129] === 0x49 && bytes[130] === 0x43 && bytes[131] === 0x4d;

/**
 * Finds the file meta group after the preamble, or at the very start where the preamble was lost; undefined where there is none.
 * The group's length element is not trusted: some writers leave it out or wrong.
 */
export function findFileMeta(fileBytes: Uint8Array): FileMeta | undefined {
  const bytes = Buffer.from(fileBytes.buffer, fileBytes.byteOffset, fileBytes.byteLength);
  const start = hasPreamble(bytes) ? 132 : 0;
  let position = start;
  let transferSyntaxUid: string | undefined;
  while (position + 8 <= bytes.length && bytes.readUInt16LE(position) === 2) {
    const vr = bytes.toString('latin1', position + 4, position + 6);
    if (!longLengthVrs.has(vr) && !shortLengthVrs.has(vr)) break;
    const isLong = longLengthVrs.has(vr);
    if (isLong && position + 12 > bytes.length) break;
    const dataOffset = position + (isLong ? 12 : 8);
    const length = isLong ? bytes.readUInt32LE(position + 8) : bytes.readUInt16LE(position + 6);
    if (bytes.readUInt16LE(position + 2) === 0x0010) {
      transferSyntaxUid = bytes.toString('latin1', dataOffset, dataOffset + length).replace(/[\0 ]+$/, '');
    }
    position = dataOffset + length;
  }
  return position === start && start === 0 ? undefined : { transferSyntaxUid, dataSetOffset: position };
}

/**
 * Tells the syntax of a data set without file meta from its first element, which must be of a low group and of plausible length.
 * @returns the transfer syntax's UID, undefined where the bytes are no data set
 */
export function detectDataSetSyntax(fileBytes: Uint8Array, start: number): string | undefined {
  const bytes = Buffer.from(fileBytes.buffer, fileBytes.byteOffset, fileBytes.byteLength);
  if (start + 8 > bytes.length) return undefined;
  const vr = bytes.toString('latin1', start + 4, start + 6);
  const isVr = longLengthVrs.has(vr) || shortLengthVrs.has(vr);
  if (isVr && isLowGroup(bytes.readUInt16LE(start))) return explicitVrLittleEndian;
  if (isVr && isLowGroup(bytes.readUInt16BE(start))) return explicitVrBigEndian;
  const length = bytes.readUInt32LE(start + 4);
  const isPlausible = isLowGroup(bytes.readUInt16LE(start)) && bytes.readUInt16LE(start + 2) <= 0x3000 && length <= 0xffff;
  return isPlausible ? implicitVrLittleEndian : undefined;
}

/** Data sets of images and their like start with the identifying group 0008, command sets aside. */
const isLowGroup = (group: number): boolean => group === 0x0008 || group === 0x0004;

/** Whether the head of a file looks like DICM at byte 128, a bare file meta group, or a bare data set. */
export function isDicom(head: Uint8Array): boolean {
  if (hasPreamble(head)) return true;
  const meta = findFileMeta(head);
  return meta !== undefined || detectDataSetSyntax(head, 0) !== undefined;
}
