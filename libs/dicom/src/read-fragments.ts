import { invalid } from '@mammoline/kernel';

const item = 0xe000fffe;
const sequenceEnd = 0xe0ddfffe;

/**
 * The bytes of the only frame of encapsulated pixel data: all fragments after the offset table, joined (PS3.5, A.4).
 * @param start where the first item, the offset table, starts
 * @throws Failure invalid where an item goes beyond the end or none follows the table
 */
export function readFragments(fileBytes: Uint8Array, start: number): Uint8Array {
  const bytes = Buffer.from(fileBytes.buffer, fileBytes.byteOffset, fileBytes.byteLength);
  const fragments: Buffer[] = [];
  let position = start;
  for (let index = 0; position + 8 <= bytes.length; index += 1) {
    const tag = bytes.readUInt32LE(position);
    if (tag === sequenceEnd) break;
    const end = position + 8 + bytes.readUInt32LE(position + 4);
    if (tag !== item || end > bytes.length)
      throw invalid(`pixel data: found no whole item at byte ${String(position)}; the file is cut or damaged`);
    if (index > 0) fragments.push(bytes.subarray(position + 8, end));
    position = end;
  }
  const [only] = fragments;
  if (only === undefined) throw invalid('pixel data: found no fragment after the offset table; expected the image');
  return fragments.length === 1 ? only : Buffer.concat(fragments);
}
