import { invalid } from '@mammoline/kernel';
import { readElementHead } from '../read-element-head.ts';
import type { ElementHead, ElementSyntax } from '../read-element-head.ts';
import { formatTag, skipUndefinedLength } from '../skip-undefined-length.ts';

const pixelDataTag = 0x7fe00010;
const item = 0xfffee000;
const itemEnd = 0xfffee00d;
const sequenceEnd = 0xfffee0dd;

/** An element, and where its value ends, the delimiter of one without a length left out. */
export interface WalkedElement extends ElementHead {
  readonly valueEnd: number;
}

/**
 * The elements of `bytes` from `start` to `end`.
 * @throws Failure invalid, with places and no values, where they can't be told apart: what can't be read is not passed on
 */
export function* walkElements(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  syntax: ElementSyntax,
  maxDepth: number,
): Generator<WalkedElement> {
  let position = start;
  while (position < end) {
    const head = readElementHead(bytes, position, syntax);
    if (head === undefined || head.valueOffset > end) throw cut(`the element at byte ${String(position)} is cut`);
    const { lengthBytes, valueOffset, tag } = head;
    if (tag >>> 16 === 0xfffe) throw cut(`${formatTag(tag)} at byte ${String(position)} is no element`);
    let next: number;
    let valueEnd: number;
    if (lengthBytes !== undefined) {
      next = valueOffset + lengthBytes;
      valueEnd = next;
    } else if (tag === pixelDataTag) {
      ({ next, valueEnd } = endOfFragments(bytes, valueOffset, end, syntax));
    } else {
      const skipped = skipUndefinedLength(bytes, head, syntax, maxDepth);
      if ('malformed' in skipped) throw cut(`${formatTag(tag)} at byte ${String(position)}: ${skipped.malformed}`);
      if ('neededBytes' in skipped) throw cut(`${formatTag(tag)} at byte ${String(position)} has no end`);
      next = skipped.end;
      valueEnd = next - 8;
    }
    if (next > end) throw cut(`${formatTag(tag)} at byte ${String(position)} goes beyond what it is in`);
    yield { ...head, valueEnd };
    position = next;
  }
}

/** The contents of the items of a sequence that lie from `start` to `end`. @throws Failure invalid, as {@link walkElements} */
export function* walkItems(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  syntax: ElementSyntax,
  maxDepth: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let position = start;
  while (position < end) {
    const head = readElementHead(bytes, position, syntax);
    if (head?.tag === sequenceEnd) return;
    if (head?.tag !== item) throw cut(`no item at byte ${String(position)} of a sequence`);
    const { valueOffset, lengthBytes } = head;
    const itemStop = lengthBytes === undefined ? findItemEnd(bytes, valueOffset, end, syntax, maxDepth) : valueOffset + lengthBytes;
    if (itemStop > end) throw cut(`the item at byte ${String(position)} goes beyond its sequence`);
    yield { start: valueOffset, end: itemStop };
    position = lengthBytes === undefined ? itemStop + 8 : itemStop;
  }
}

function findItemEnd(bytes: Uint8Array, start: number, end: number, syntax: ElementSyntax, maxDepth: number): number {
  let position = start;
  while (position < end) {
    const head = readElementHead(bytes, position, syntax);
    if (head === undefined) break;
    if (head.tag === itemEnd) return position;
    const skipped =
      head.lengthBytes === undefined ? skipUndefinedLength(bytes, head, syntax, maxDepth) : { end: head.valueOffset + head.lengthBytes };
    if (!('end' in skipped)) break;
    position = skipped.end;
  }
  throw cut(`the item at byte ${String(start)} has no end`);
}

/** Fragments end with a delimiter, or, where a writer forgot it, with the last whole one. */
function endOfFragments(
  bytes: Uint8Array,
  start: number,
  end: number,
  syntax: ElementSyntax,
): { readonly next: number; readonly valueEnd: number } {
  let position = start;
  while (position < end) {
    const head = readElementHead(bytes, position, syntax);
    if (head?.tag === sequenceEnd) return { next: position + 8, valueEnd: position };
    const fragmentEnd = head?.tag === item && head.lengthBytes !== undefined ? head.valueOffset + head.lengthBytes : undefined;
    if (fragmentEnd === undefined) break;
    if (fragmentEnd > end) throw cut(`the fragment of pixels at byte ${String(position)} goes beyond the end`);
    position = fragmentEnd;
  }
  // What follows is neither a fragment nor an end: nobody knows what it says.
  return { next: end, valueEnd: position };
}

const cut = (found: string) => invalid(`${found}; expected a data set that can be read whole, for else what is in it can't be told`);
