export function markBytesFrom(image: usize, rows: usize, columns: usize, lowest: u32, marks: usize, strideWords: usize): void {
  const threshold = i8x16.splat(<i8>lowest);
  const strideBytes = strideWords * 4;
  for (let y: usize = 0; y < rows; y++) {
    let at = image + y * columns;
    const row = marks + y * strideBytes;
    let x: usize = 0;
    for (; x + 16 <= columns; x += 16) {
      store<u16>(row + (x >> 3), <u16>i8x16.bitmask(i8x16.ge_u(v128.load(at), threshold)));
      at += 16;
    }
    let bits: u32 = 0;
    for (let rest: usize = 0; x + rest < columns; rest++) {
      bits |= (<u32>(<u32>load<u8>(at) >= lowest)) << (<u32>rest);
      at += 1;
    }
    store<u16>(row + (x >> 3), <u16>bits);
    memory.fill(row + (x >> 3) + 2, 0, strideBytes - (x >> 3) - 2);
  }
}
