import { invalid } from '@mammoline/kernel';
import { fileMeta } from './file-meta.ts';
import { implicitVrLittleEndian } from './transfer-syntax.ts';

/** A grey image and the tags that tell what it is. */
export interface DicomToWrite {
  readonly rows: number;
  readonly columns: number;
  /** Row-major; its type decides between 8 and 16 bits. */
  readonly data: Uint8Array | Uint16Array;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly patientId: string;
  /** Left out where undefined, as in some series of CBIS-DDSM. */
  readonly seriesDescription?: string | undefined;
  readonly patientOrientation?: string | undefined;
  /** `L` or `R`. */
  readonly laterality?: string | undefined;
  readonly instanceNumber?: number | undefined;
  /** Row then column spacing in mm. */
  readonly pixelSpacingMm?: readonly [number, number] | undefined;
  /** `YYYYMMDD` */
  readonly studyDate?: string | undefined;
}

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

/**
 * Writes a secondary capture of a mammogram as CBIS-DDSM's are: implicit VR little endian, MONOCHROME2, unsigned, 8 or 16 bit.
 * @throws Failure invalid where the sizes do not fit.
 */
export function writeDicom(image: DicomToWrite): Uint8Array {
  const { rows, columns, data } = image;
  if (rows < 1 || columns < 1 || rows > 0xffff || columns > 0xffff || data.length !== rows * columns) {
    throw invalid(
      `found ${String(data.length)} pixels for ${String(rows)} x ${String(columns)}; expected 1 to 65535 rows and columns and as many pixels`,
    );
  }
  const bits = data instanceof Uint16Array ? 16 : 8;
  const elements: readonly (Buffer | undefined)[] = [
    text(0x0008, 0x0005, 'ISO_IR 100'),
    uid(0x0008, 0x0016, secondaryCapture),
    uid(0x0008, 0x0018, image.sopInstanceUid),
    text(0x0008, 0x0020, image.studyDate),
    text(0x0008, 0x0060, 'MG'),
    text(0x0008, 0x0064, 'WSD'),
    text(0x0008, 0x103e, image.seriesDescription),
    text(0x0010, 0x0010, image.patientId),
    text(0x0010, 0x0020, image.patientId),
    text(0x0018, 0x0015, 'BREAST'),
    uid(0x0020, 0x000d, image.studyInstanceUid),
    uid(0x0020, 0x000e, image.seriesInstanceUid),
    text(0x0020, 0x0013, image.instanceNumber?.toString()),
    text(0x0020, 0x0020, image.patientOrientation),
    text(0x0020, 0x0060, image.laterality),
    uint16(0x0028, 0x0002, 1),
    text(0x0028, 0x0004, 'MONOCHROME2'),
    uint16(0x0028, 0x0010, rows),
    uint16(0x0028, 0x0011, columns),
    text(0x0028, 0x0030, image.pixelSpacingMm?.join('\\')),
    uint16(0x0028, 0x0100, bits),
    uint16(0x0028, 0x0101, bits),
    uint16(0x0028, 0x0102, bits - 1),
    uint16(0x0028, 0x0103, 0),
    element(0x7fe0, 0x0010, pad(pixelBytes(data), 0)),
  ];
  const dataSet = Buffer.concat(elements.filter((part) => part !== undefined));
  const uids = { sopClassUid: secondaryCapture, sopInstanceUid: image.sopInstanceUid, transferSyntaxUid: implicitVrLittleEndian };
  return Buffer.concat([...fileMeta(uids), dataSet]);
}

const text = (group: number, number: number, value: string | undefined): Buffer | undefined =>
  value === undefined ? undefined : element(group, number, pad(Buffer.from(value, 'latin1'), 0x20));

const uid = (group: number, number: number, value: string): Buffer => element(group, number, pad(Buffer.from(value, 'latin1'), 0));

const uint16 = (group: number, number: number, value: number): Buffer => element(group, number, uint16Bytes(value));

const element = (group: number, number: number, value: Buffer): Buffer =>
  Buffer.concat([tag(group, number), uint32Bytes(value.length), value]);

const tag = (group: number, number: number): Buffer => Buffer.concat([uint16Bytes(group), uint16Bytes(number)]);

function uint16Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Values have an even length (PS3.5, 6.2). */
const pad = (bytes: Buffer, filler: number): Buffer => (bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([filler])]));

function pixelBytes(data: Uint8Array | Uint16Array): Buffer {
  const bytes = Buffer.alloc(data.byteLength);
  if (data instanceof Uint16Array) {
    new Uint16Array(bytes.buffer, bytes.byteOffset, data.length).set(data);
    if (!isLittleEndianHost) bytes.swap16();
  } else {
    bytes.set(data);
  }
  return bytes;
}

const isLittleEndianHost = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
