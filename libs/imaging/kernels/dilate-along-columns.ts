export function dilateAlongColumns(marks: usize, rows: usize, strideWords: usize, radius: u32): void {
  const strideBytes = strideWords * 4;
  const allRows = rows + radius;
  // Grows each mark downwards, to 2 * radius + 1 marks, by doubling; from the bottom on, so that what is read is not yet grown.
  let length: u32 = 1;
  while (length < radius * 2 + 1) {
    const rest = radius * 2 + 1 - length;
    const step = length < rest ? length : rest;
    for (let y = allRows - 1; y >= <usize>step; y--) {
      const to = marks + y * strideBytes;
      const from = to - step * strideBytes;
      let at: usize = 0;
      for (; at + 16 <= strideBytes; at += 16) v128.store(to + at, v128.or(v128.load(to + at), v128.load(from + at)));
      for (; at < strideBytes; at += 4) store<u32>(to + at, load<u32>(to + at) | load<u32>(from + at));
    }
    length += step;
  }
  memory.copy(marks, marks + radius * strideBytes, rows * strideBytes);
  memory.fill(marks + rows * strideBytes, 0, radius * strideBytes);
}
