import { invalid } from '@mammoline/kernel';
import { longLengthVrs } from './read-element-head.ts';
import type { ElementSyntax } from './read-element-head.ts';

const item = 0xfffee000;
const undefinedLength = 0xffffffff;

/** An element whose value is `parts`, one after the other; bytes are not copied. @param vr left out where the syntax does not write it down */
export function writeElement(tag: number, vr: string, parts: readonly Uint8Array[], syntax: ElementSyntax): readonly Uint8Array[] {
  return [head(tag, vr, lengthOf(parts), syntax), ...parts];
}

/** Text, padded to an even length: UIDs with NUL, all else with a space (PS3.5, 6.2). */
export function writeText(tag: number, vr: string, text: string, syntax: ElementSyntax): readonly Uint8Array[] {
  const bytes = Buffer.from(text, 'latin1');
  const padding = bytes.length % 2 === 0 ? [] : [Buffer.from(vr === 'UI' ? '\0' : ' ', 'latin1')];
  return writeElement(tag, vr, [bytes, ...padding], syntax);
}

export function writeItem(parts: readonly Uint8Array[], syntax: ElementSyntax): readonly Uint8Array[] {
  return [head(item, '', lengthOf(parts), { ...syntax, explicitVr: false }), ...parts];
}

/** The head of encapsulated pixel data, whose end is told by a delimiter. */
export const openPixelData = (tag: number, syntax: ElementSyntax): Uint8Array => head(tag, 'OB', undefinedLength, syntax);

export const sequenceEnd = (syntax: ElementSyntax): Uint8Array => head(0xfffee0dd, '', 0, { ...syntax, explicitVr: false });

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

function head(tag: number, vr: string, length: number, { explicitVr, littleEndian }: ElementSyntax): Uint8Array {
  const isLong = explicitVr && longLengthVrs.has(vr);
  if (explicitVr && !isLong && length > 0xffff)
    throw invalid(`found ${String(length)} bytes for an element of representation ${vr}; expected at most 65535`);
  const bytes = Buffer.alloc(isLong ? 12 : 8);
  const put16 = (value: number, at: number): number => (littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at));
  const put32 = (value: number, at: number): number => (littleEndian ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at));
  put16(tag >>> 16, 0);
  put16(tag & 0xffff, 2);
  if (!explicitVr) put32(length, 4);
  else {
    bytes.write(vr, 4, 'latin1');
    if (isLong) put32(length, 8);
    else put16(length, 6);
  }
  return bytes;
}
