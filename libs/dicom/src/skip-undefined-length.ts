import { readElementHead } from './read-element-head.ts';
import type { ElementHead, ElementSyntax } from './read-element-head.ts';

const item = 0xfffee000;
const itemEnd = 0xfffee00d;
const sequenceEnd = 0xfffee0dd;

/** Where the value ends; or how far the bytes must reach for the next try, where that can be told; or what is wrong with them. */
export type Skipped = { readonly end: number } | { readonly neededBytes: number | undefined } | { readonly malformed: string };

/**
 * Steps over a value of undefined length, whose items may hold such values again. What has a length is stepped over whole; nothing is kept, and
 * no call is nested in another, so depth costs no stack.
 */
export function skipUndefinedLength(bytes: Uint8Array, element: ElementHead, syntax: ElementSyntax, maxDepth: number): Skipped {
  // What a value of unknown representation holds is implicit and little endian, whatever is around it (PS3.5, 6.2.2).
  const within = (head: ElementHead, around: ElementSyntax): ElementSyntax =>
    head.vr === 'UN' ? { explicitVr: false, littleEndian: true } : around;
  /** The sequences that are open, the innermost last. */
  const open: { readonly syntax: ElementSyntax; isInItem: boolean }[] = [{ syntax: within(element, syntax), isInItem: false }];
  let position = element.valueOffset;
  for (;;) {
    const sequence = open.at(-1);
    if (sequence === undefined) return { end: position };
    const head = readElementHead(bytes, position, sequence.syntax);
    if (head === undefined) return { neededBytes: undefined };
    const end = head.valueOffset + (head.lengthBytes ?? 0);
    if (sequence.isInItem) {
      if (head.tag === itemEnd) sequence.isInItem = false;
      else if (head.lengthBytes === undefined) {
        if (open.length === maxDepth) return { malformed: `sequences lie more than ${String(maxDepth)} deep` };
        open.push({ syntax: within(head, sequence.syntax), isInItem: false });
      }
    } else if (head.tag === sequenceEnd) open.pop();
    else if (head.tag === item) sequence.isInItem = head.lengthBytes === undefined;
    else return { malformed: `found ${formatTag(head.tag)} where a sequence has its next item or its end` };
    if (end > bytes.length) return { neededBytes: end };
    position = end;
  }
}

export const formatTag = (tag: number): string => {
  const digits = tag.toString(16).padStart(8, '0');
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
};
