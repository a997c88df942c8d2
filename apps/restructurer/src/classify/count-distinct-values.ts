/** Whether an image has one value, two, or more; stops at the third. */
export function countDistinctValues(data: Uint8Array | Uint16Array): 1 | 2 | 'many' {
  const first = data[0];
  let second: number | undefined;
  for (const value of data) {
    if (value === first || value === second) continue;
    if (second !== undefined) return 'many';
    second = value;
  }
  return second === undefined ? 1 : 2;
}
