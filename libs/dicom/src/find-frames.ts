import { invalid } from '@mammoline/kernel';
import type { PixelCodec } from './transfer-syntax.ts';

const item = 0xe000fffe;
const sequenceEnd = 0xe0ddfffe;

/** What a frame's first fragment starts with: the codestream's first marker, or JPEG 2000's file signature. */
const starts: Readonly<Record<PixelCodec, readonly Buffer[]>> = {
  rle: [],
  jpeg: [Buffer.from('ffd8ff', 'hex')],
  'jpeg-ls': [Buffer.from('ffd8ff', 'hex')],
  'jpeg-2000': [Buffer.from('ff4fff51', 'hex'), Buffer.from('0000000c6a502020', 'hex')],
  htj2k: [Buffer.from('ff4fff51', 'hex'), Buffer.from('0000000c6a502020', 'hex')],
};

/** Each is an object in memory, and may be of no bytes at all. */
const maxFragments = 100_000;

interface Fragment {
  /** From the first fragment, as offset tables count. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/**
 * The compressed frames of encapsulated pixel data, each of one fragment or of several (PS3.5, A.4). With one frame all fragments are its own, with
 * as many fragments as frames each is one; else the offset table decides, and where it is empty or wrong, which fragments start a codestream.
 * @param start where the first item, the offset table, starts
 * @throws Failure invalid where an item goes beyond the end, or the fragments can't be told apart
 */
export function findFrames(fileBytes: Uint8Array, start: number, frameCount: number, codec: PixelCodec): readonly Uint8Array[] {
  const { table, fragments } = readFragments(Buffer.from(fileBytes.buffer, fileBytes.byteOffset, fileBytes.byteLength), start);
  if (frameCount === 1) return [join(fragments)];
  if (fragments.length === frameCount) return fragments.map(({ bytes }) => bytes);
  if (fragments.length > frameCount) {
    const offsets = new Set(readOffsets(table, frameCount));
    const frames =
      splitAt(fragments, frameCount, ({ offset }) => offsets.has(offset)) ??
      splitAt(fragments, frameCount, ({ bytes }) => starts[codec].some((first) => bytes.subarray(0, first.length).equals(first)));
    if (frames !== undefined) return frames;
  }
  throw invalid(
    `pixel data: found ${String(fragments.length)} fragments and no way to tell which belong to which of ${String(frameCount)} frames`,
  );
}

function readFragments(bytes: Buffer, start: number): { readonly table: Buffer; readonly fragments: readonly Fragment[] } {
  let table: Buffer | undefined;
  let first = 0;
  const fragments: Fragment[] = [];
  let position = start;
  while (position + 8 <= bytes.length) {
    const tag = bytes.readUInt32LE(position);
    if (tag === sequenceEnd) break;
    const end = position + 8 + bytes.readUInt32LE(position + 4);
    if (tag !== item || end > bytes.length)
      throw invalid(`pixel data: found no whole item at byte ${String(position)}; the file is cut or damaged`);
    if (fragments.length === maxFragments) throw invalid(`pixel data: found more than ${String(maxFragments)} fragments; expected fewer`);
    const value = bytes.subarray(position + 8, end);
    if (table === undefined) {
      table = value;
      first = end;
    } else {
      fragments.push({ offset: position - first, bytes: value });
    }
    position = end;
  }
  if (table === undefined || fragments.length === 0)
    throw invalid('pixel data: found no fragment after the offset table; expected the image');
  return { table, fragments };
}

/** None where the table has not one offset a frame. */
function readOffsets(table: Buffer, frameCount: number): readonly number[] {
  return table.length === 4 * frameCount ? Array.from({ length: frameCount }, (_, index) => table.readUInt32LE(4 * index)) : [];
}

/** Undefined where the first fragment is no start, or the starts are not as many as the frames. */
function splitAt(
  fragments: readonly Fragment[],
  frameCount: number,
  isStart: (fragment: Fragment) => boolean,
): readonly Uint8Array[] | undefined {
  const frames: Fragment[][] = [];
  for (const fragment of fragments) {
    const current = frames.at(-1);
    if (isStart(fragment)) frames.push([fragment]);
    else if (current === undefined) return undefined;
    else current.push(fragment);
  }
  return frames.length === frameCount ? frames.map(join) : undefined;
}

function join(fragments: readonly Fragment[]): Uint8Array {
  const [only] = fragments;
  return fragments.length === 1 && only !== undefined ? only.bytes : Buffer.concat(fragments.map(({ bytes }) => bytes));
}
