/** How the pixels of a frame are compressed, where they can be decoded here. */
export type PixelCodec = 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

/** How the data set and the pixels of a file are written down (PS3.5, PS3.6 table A-1). */
export interface TransferSyntax {
  readonly name: string;
  /** Elements carry their value representation. */
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
  /** Everything after the file meta group is deflated. */
  readonly deflated: boolean;
  /** Pixels are compressed and lie in fragments. */
  readonly encapsulated: boolean;
  /** Undefined for pixels that are not compressed, and for those that are not decoded here. */
  readonly codec: PixelCodec | undefined;
  /** Stored values may be other than the scanner's. */
  readonly lossy: boolean;
}

export const implicitVrLittleEndian = '1.2.840.10008.1.2';
export const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
export const explicitVrBigEndian = '1.2.840.10008.1.2.2';
export const deflatedExplicitVrLittleEndian = '1.2.840.10008.1.2.1.99';

const native = { explicitVr: true, littleEndian: true, deflated: false, encapsulated: false, codec: undefined, lossy: false };
const notDecoded = { ...native, encapsulated: true, lossy: true };
const lossless = (name: string, codec: PixelCodec): TransferSyntax => ({ ...native, name, encapsulated: true, codec });
const lossy = (name: string, codec: PixelCodec): TransferSyntax => ({ ...lossless(name, codec), lossy: true });

const syntaxes: Readonly<Record<string, TransferSyntax>> = {
  [implicitVrLittleEndian]: { ...native, name: 'Implicit VR Little Endian', explicitVr: false },
  [explicitVrLittleEndian]: { ...native, name: 'Explicit VR Little Endian' },
  [deflatedExplicitVrLittleEndian]: { ...native, name: 'Deflated Explicit VR Little Endian', deflated: true },
  [explicitVrBigEndian]: { ...native, name: 'Explicit VR Big Endian', littleEndian: false },
  '1.2.840.10008.1.2.5': lossless('RLE Lossless', 'rle'),
  '1.2.840.10008.1.2.4.50': lossy('JPEG Baseline (Process 1)', 'jpeg'),
  '1.2.840.10008.1.2.4.51': lossy('JPEG Extended (Process 2 and 4)', 'jpeg'),
  '1.2.840.10008.1.2.4.53': lossy('JPEG Spectral Selection (Process 6 and 8, retired)', 'jpeg'),
  '1.2.840.10008.1.2.4.55': lossy('JPEG Full Progression (Process 10 and 12, retired)', 'jpeg'),
  '1.2.840.10008.1.2.4.57': lossless('JPEG Lossless (Process 14)', 'jpeg'),
  '1.2.840.10008.1.2.4.70': lossless('JPEG Lossless (Process 14, selection value 1)', 'jpeg'),
  '1.2.840.10008.1.2.4.80': lossless('JPEG-LS Lossless', 'jpeg-ls'),
  '1.2.840.10008.1.2.4.81': lossy('JPEG-LS Near-Lossless', 'jpeg-ls'),
  '1.2.840.10008.1.2.4.90': lossless('JPEG 2000 Lossless', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.91': lossy('JPEG 2000', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.201': lossless('HTJ2K Lossless', 'htj2k'),
  '1.2.840.10008.1.2.4.202': lossless('HTJ2K Lossless RPCL', 'htj2k'),
  '1.2.840.10008.1.2.4.203': lossy('HTJ2K', 'htj2k'),
};

/** Named in refusals. */
const namesNotDecoded: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.1.98': 'Encapsulated Uncompressed Explicit VR Little Endian',
  '1.2.840.10008.1.2.4.92': 'JPEG 2000 Part 2 Lossless',
  '1.2.840.10008.1.2.4.93': 'JPEG 2000 Part 2',
  '1.2.840.10008.1.2.4.94': 'JPIP Referenced',
  '1.2.840.10008.1.2.4.95': 'JPIP Referenced Deflate',
  '1.2.840.10008.1.2.4.100': 'MPEG2 Main Level',
  '1.2.840.10008.1.2.4.101': 'MPEG2 High Level',
  '1.2.840.10008.1.2.4.102': 'MPEG-4 High Profile',
  '1.2.840.10008.1.2.4.107': 'HEVC Main Profile',
  '1.2.840.10008.1.2.4.110': 'JPEG XL Lossless',
  '1.2.840.10008.1.2.4.111': 'JPEG XL Recompression',
  '1.2.840.10008.1.2.4.112': 'JPEG XL',
  '1.2.840.10008.1.2.8.1': 'Deflated Image Frame',
};

/** Every syntax that is not one of the four native ones is explicit little endian with encapsulated pixels (PS3.5, A.4). */
export function transferSyntaxOf(uid: string): TransferSyntax {
  return syntaxes[uid] ?? { ...notDecoded, name: namesNotDecoded[uid] ?? 'unknown transfer syntax' };
}
