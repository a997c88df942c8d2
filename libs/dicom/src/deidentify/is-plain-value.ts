/** Longest text that is kept of a value; codes have 16 characters, some writers' more. */
const patterns: Readonly<Record<string, RegExp>> = {
  CS: /^[\w ./+-]{0,32}$/,
  DS: /^[\d.eE+ -]{0,24}$/,
  IS: /^[\d+ -]{0,12}$/,
  SH: /^[\w.-]{1,16} *$/,
  UI: /^1\.2\.840\.10008\.[\d.]+$/,
};
const mostBinaryBytes = 8;

/**
 * Whether a value is of the representation that its attribute has: a code, a number, a UID of the standard. Free text in the place of one is not kept.
 * @param vr of the standard, for elements before the pixels
 */
export function isPlainValue(value: Uint8Array, vr: string): boolean {
  const pattern = patterns[vr];
  if (pattern === undefined) return value.length <= mostBinaryBytes;
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  return text
    .replace(/[\0 ]+$/, '')
    .split('\\')
    .every((part) => part === '' || pattern.test(part));
}
