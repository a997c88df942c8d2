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
}

export const implicitVrLittleEndian = '1.2.840.10008.1.2';
export const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
export const explicitVrBigEndian = '1.2.840.10008.1.2.2';
export const deflatedExplicitVrLittleEndian = '1.2.840.10008.1.2.1.99';
export const rleLossless = '1.2.840.10008.1.2.5';
export const jpegLossless = '1.2.840.10008.1.2.4.57';
export const jpegLosslessFirstOrder = '1.2.840.10008.1.2.4.70';

const native = { explicitVr: true, littleEndian: true, deflated: false, encapsulated: false };

const nativeSyntaxes: Readonly<Record<string, TransferSyntax>> = {
  [implicitVrLittleEndian]: { ...native, name: 'Implicit VR Little Endian', explicitVr: false },
  [explicitVrLittleEndian]: { ...native, name: 'Explicit VR Little Endian' },
  [deflatedExplicitVrLittleEndian]: { ...native, name: 'Deflated Explicit VR Little Endian', deflated: true },
  [explicitVrBigEndian]: { ...native, name: 'Explicit VR Big Endian', littleEndian: false },
};

const encapsulatedNames: Readonly<Record<string, string>> = {
  [rleLossless]: 'RLE Lossless',
  '1.2.840.10008.1.2.4.50': 'JPEG Baseline (Process 1)',
  '1.2.840.10008.1.2.4.51': 'JPEG Extended (Process 2 and 4)',
  '1.2.840.10008.1.2.4.53': 'JPEG Spectral Selection (Process 6 and 8, retired)',
  '1.2.840.10008.1.2.4.55': 'JPEG Full Progression (Process 10 and 12, retired)',
  [jpegLossless]: 'JPEG Lossless (Process 14)',
  [jpegLosslessFirstOrder]: 'JPEG Lossless (Process 14, selection value 1)',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS Lossless',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS Near-Lossless',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000 Lossless',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000',
  '1.2.840.10008.1.2.4.111': 'JPEG XL Recompression',
  '1.2.840.10008.1.2.4.201': 'HTJ2K Lossless',
  '1.2.840.10008.1.2.4.203': 'HTJ2K',
  '1.2.840.10008.1.2.8.1': 'Deflated Image Frame',
};

/** Every syntax that is not one of the four native ones is explicit little endian with encapsulated pixels (PS3.5, A.4). */
export function transferSyntaxOf(uid: string): TransferSyntax {
  return nativeSyntaxes[uid] ?? { ...native, name: encapsulatedNames[uid] ?? 'unknown transfer syntax', encapsulated: true };
}
