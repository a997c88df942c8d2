export function markFrom(image: usize, rows: usize, columns: usize, lowest: u32, marks: usize, strideWords: usize): void {
  const threshold = i16x8.splat(<i16>lowest);
  const strideBytes = strideWords * 4;
  for (let y: usize = 0; y < rows; y++) {
    let at = image + 2 * y * columns;
    const row = marks + y * strideBytes;
    let x: usize = 0;
    for (; x + 16 <= columns; x += 16) {
      const low = i16x8.ge_u(v128.load(at), threshold);
      const high = i16x8.ge_u(v128.load(at, 16), threshold);
      store<u16>(row + (x >> 3), <u16>i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)));
      at += 32;
    }
    let bits: u32 = 0;
    for (let rest: usize = 0; x + rest < columns; rest++) {
      bits |= (<u32>(<u32>load<u16>(at) >= lowest)) << (<u32>rest);
      at += 2;
    }
    store<u16>(row + (x >> 3), <u16>bits);
    memory.fill(row + (x >> 3) + 2, 0, strideBytes - (x >> 3) - 2);
  }
}
