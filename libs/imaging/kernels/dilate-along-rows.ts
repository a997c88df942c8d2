export function dilateAlongRows(marks: usize, rows: usize, columns: usize, strideWords: usize, radius: u32): void {
  const strideBytes = strideWords * 4;
  for (let y: usize = 0; y < rows; y++) {
    const row = marks + y * strideBytes;
    const last = row + strideBytes - 8;
    // Grows each mark to the right, to 2 * radius + 1 marks, by doubling; from the right on, so that what is read is not yet grown.
    let length: u32 = 1;
    while (length < radius * 2 + 1) {
      const rest = radius * 2 + 1 - length;
      const step: u64 = <u64>(length < rest ? length : rest);
      for (let at = last; at > row; at -= 8) {
        const word = load<u64>(at);
        store<u64>(at, word | (word << step) | (load<u64>(at - 8) >> (64 - step)));
      }
      store<u64>(row, load<u64>(row) | (load<u64>(row) << step));
      length += <u32>step;
    }
    // Back by the radius, and nothing beyond the last column.
    const end: usize = columns >> 6;
    for (let word: usize = 0; word < strideBytes >> 3; word++) {
      const at = row + 8 * word;
      let value = load<u64>(at) >> (<u64>radius);
      if (at < last && radius > 0) value |= load<u64>(at + 8) << (<u64>(64 - radius));
      if (word > end) value = 0;
      else if (word === end) value &= ((<u64>1) << (<u64>(columns & 63))) - 1;
      store<u64>(at, value);
    }
  }
}
