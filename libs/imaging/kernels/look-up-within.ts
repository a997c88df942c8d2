export function lookUpWithin(image: usize, rows: usize, columns: usize, marks: usize, strideWords: usize, table: usize, into: usize): void {
  for (let y: usize = 0; y < rows; y++) {
    const row = image + 2 * y * columns;
    const to = into + y * columns;
    const marksRow = marks + 4 * y * strideWords;
    for (let x: usize = 0; x < columns; x += 64) {
      let bits = load<u64>(marksRow + (x >> 3));
      const count: usize = columns - x < 64 ? columns - x : 64;
      if (bits === <u64>-1) {
        for (let each: usize = x; each < x + 64; each += 8) {
          const four = load<u64>(row + 2 * each);
          const next = load<u64>(row + 2 * each, 8);
          store<u64>(
            to + each,
            load<u8>(table + <usize>(four & 0xffff)) |
              ((<u64>load<u8>(table + <usize>((four >> 16) & 0xffff))) << 8) |
              ((<u64>load<u8>(table + <usize>((four >> 32) & 0xffff))) << 16) |
              ((<u64>load<u8>(table + <usize>(four >> 48))) << 24) |
              ((<u64>load<u8>(table + <usize>(next & 0xffff))) << 32) |
              ((<u64>load<u8>(table + <usize>((next >> 16) & 0xffff))) << 40) |
              ((<u64>load<u8>(table + <usize>((next >> 32) & 0xffff))) << 48) |
              ((<u64>load<u8>(table + <usize>(next >> 48))) << 56),
          );
        }
        continue;
      }
      memory.fill(to + x, 0, count);
      for (; bits !== 0; bits &= bits - 1) {
        const at = x + <usize>ctz(bits);
        store<u8>(to + at, load<u8>(table + <usize>load<u16>(row + 2 * at)));
      }
    }
  }
}
