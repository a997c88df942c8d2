import { readElementHead } from '../read-element-head.ts';
import { findFileMeta } from '../detect-syntax.ts';
import { transferSyntaxOf } from '../transfer-syntax.ts';
import type { Random } from './random.ts';

/** Where a file has elements, items and fragments: what a reader believes. */
interface Spot {
  readonly at: number;
  /** Where the length is written, and in how many bytes. */
  readonly lengthAt: number;
  readonly lengthSize: 2 | 4;
  readonly valueAt: number;
  readonly end: number;
}

const lengths = [0, 1, 2, 3, 8, 0xff, 0x7fff, 0xfffe, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const values = [0, 1, 2, 3, 7, 8, 12, 15, 16, 17, 31, 32, 255, 256, 0x7fff, 0x8000, 0xffff];
const vrs = ['OB', 'OW', 'SQ', 'UN', 'UT', 'US', 'CS', 'LO', 'UI', 'PN', 'ox', '\0\0'];
const uids = [
  '',
  '.1',
  '.2',
  '.1.99',
  '.5',
  '.4.50',
  '.4.51',
  '.4.57',
  '.4.70',
  '.4.80',
  '.4.81',
  '.4.90',
  '.4.91',
  '.4.201',
  '.4.203',
  '.4.110',
];
const nestings = [1, 2, 63, 64, 65, 1000, 20_000];

type Mutator = (bytes: Buffer, spots: readonly Spot[], random: Random, other: Buffer) => Uint8Array;

const mutators: readonly Mutator[] = [
  function flipBits(bytes, _, random) {
    for (let count = 1 + random.below(6); count > 0; count -= 1) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
    return bytes;
  },
  // The codestreams' own headers, and the last bytes of a value.
  function damageValue(bytes, spots, random) {
    const { valueAt, end } = random.pick(spots.slice(-4));
    const length = Math.max(1, Math.min(end, bytes.length) - valueAt);
    for (let count = 1 + random.below(4); count > 0; count -= 1) {
      const at = valueAt + random.below(random.below(2) === 0 ? Math.min(length, 120) : length);
      if (at < bytes.length) bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff, random.below(256)]);
    }
    return bytes;
  },
  function changeLength(bytes, spots, random) {
    const { lengthAt, lengthSize } = random.pick(spots);
    const old = bytes.readUIntLE(lengthAt, lengthSize);
    const value = random.below(2) === 0 ? random.pick(lengths) : old + random.below(9) - 4;
    bytes.writeUIntLE(Math.max(0, value) % 2 ** (8 * lengthSize), lengthAt, lengthSize);
    return bytes;
  },
  // With the length that is written changed alike: what follows is where it is said to be.
  function resizeValue(bytes, spots, random) {
    const { lengthAt, lengthSize, valueAt, end } = random.pick(spots);
    const value = Buffer.concat([bytes.subarray(valueAt, end), Buffer.alloc(1000)]).subarray(0, random.pick([0, 1, 2, 3, 4, 64, 1000]));
    bytes.writeUIntLE(value.length, lengthAt, lengthSize);
    return Buffer.concat([bytes.subarray(0, valueAt), value, bytes.subarray(end)]);
  },
  function changeVr(bytes, spots, random) {
    bytes.write(random.pick(vrs), random.pick(spots).at + 4, 'latin1');
    return bytes;
  },
  function changeImage(bytes, spots, random) {
    const image = spots.filter(({ at, end, valueAt }) => bytes.readUInt16LE(at) === 0x28 && end - valueAt === 2);
    if (image.length > 0) bytes.writeUInt16LE(random.pick(values), random.pick(image).valueAt);
    return bytes;
  },
  function changeSyntax(bytes, spots, random) {
    const syntax = spots.find(({ at }) => bytes.readUInt32BE(at) === 0x02001000);
    if (syntax === undefined) return bytes;
    const uid = Buffer.from(`1.2.840.10008.1.2${random.pick(uids)}`, 'latin1');
    bytes.writeUIntLE(uid.length, syntax.lengthAt, syntax.lengthSize);
    return Buffer.concat([bytes.subarray(0, syntax.valueAt), uid, bytes.subarray(syntax.end)]);
  },
  function addFrames(bytes, spots, random) {
    const { at } = random.pick(spots);
    const text = random.pick(['2', '0', '-1', '3.5', '1e9', '99999999999', 'x']).padEnd(12);
    const head = Buffer.from('280008004953' + '0c00', 'hex');
    return Buffer.concat([bytes.subarray(0, at), head, Buffer.from(text, 'latin1'), bytes.subarray(at)]);
  },
  function truncate(bytes, spots, random) {
    return bytes.subarray(0, random.below(2) === 0 ? random.below(bytes.length) : random.pick(spots).at);
  },
  function remove(bytes, spots, random) {
    const { at, end } = random.pick(spots);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
  },
  function repeat(bytes, spots, random) {
    const { at, end } = random.pick(spots);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
  },
  function nest(bytes, spots, random) {
    const { at } = random.pick(spots);
    const opened = Buffer.from('0800401153510000ffffffff' + 'feff00e0ffffffff', 'hex');
    const depth = random.pick(nestings);
    const closed = random.below(2) === 0 ? [] : [Buffer.alloc(depth * 16, Buffer.from('feff0de000000000feffdde000000000', 'hex'))];
    return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(depth * opened.length, opened), ...closed, bytes.subarray(at)]);
  },
  function insertItems(bytes, spots, random) {
    const { at } = random.pick(spots.slice(-4));
    const items = Buffer.alloc(8 * random.pick([1, 2, 1000]), Buffer.from('feff00e000000000', 'hex'));
    return Buffer.concat([bytes.subarray(0, at), items, bytes.subarray(at)]);
  },
  function splice(bytes, spots, random, other) {
    return Buffer.concat([bytes.subarray(0, random.pick(spots).at), other.subarray(random.below(other.length))]);
  },
];

/** A file with one to three things wrong with it, determined by the random numbers. */
export function mutateDicom(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = Buffer.from(random.pick(corpus));
  const other = Buffer.from(random.pick(corpus));
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count -= 1) {
    const spots = findSpots(bytes);
    if (spots.length === 0) break;
    bytes = Buffer.from(random.pick(mutators)(Buffer.from(bytes), spots, random, other));
  }
  return bytes;
}

/** Top-level elements, and the items of encapsulated pixel data. */
function findSpots(bytes: Buffer): readonly Spot[] {
  const spots: Spot[] = [];
  const meta = findFileMeta(bytes);
  const { explicitVr, littleEndian } = transferSyntaxOf(meta?.transferSyntaxUid ?? '');
  let position = meta === undefined ? 0 : 132;
  while (position + 12 <= bytes.length && spots.length < 1000) {
    const isMeta = meta !== undefined && position < meta.dataSetOffset;
    const head = readElementHead(bytes, position, isMeta ? { explicitVr: true, littleEndian: true } : { explicitVr, littleEndian });
    if (head === undefined) break;
    const end = Math.min(head.valueOffset + (head.lengthBytes ?? 0), bytes.length);
    const isShort = head.vr !== undefined && head.valueOffset === position + 8;
    spots.push({
      at: position,
      lengthAt: isShort ? position + 6 : head.valueOffset - 4,
      lengthSize: isShort ? 2 : 4,
      valueAt: head.valueOffset,
      end,
    });
    position = end;
  }
  return spots;
}
