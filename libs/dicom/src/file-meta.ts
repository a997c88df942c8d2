import { writeElement, writeText } from './write-element.ts';

const implementationClass = '1.2.826.0.1.3680043.10.1577.1';

/** Explicit little endian whatever the data set is (PS3.10, 7.1). */
const syntax = { explicitVr: true, littleEndian: true };

/** Preamble of zeros, DICM, and the file meta group with nothing in it but what has to be. */
export function fileMeta(uids: {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}): readonly Uint8Array[] {
  const group = Buffer.concat(
    [
      writeElement(0x00020001, 'OB', [Buffer.from([0, 1])], syntax),
      writeText(0x00020002, 'UI', uids.sopClassUid, syntax),
      writeText(0x00020003, 'UI', uids.sopInstanceUid, syntax),
      writeText(0x00020010, 'UI', uids.transferSyntaxUid, syntax),
      writeText(0x00020012, 'UI', implementationClass, syntax),
    ].flat(),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(group.length);
  return [Buffer.alloc(128), Buffer.from('DICM', 'latin1'), ...writeElement(0x00020000, 'UL', [length], syntax), group];
}
