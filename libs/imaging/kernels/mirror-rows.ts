export function mirrorRows(image: usize, rows: usize, columns: usize): void {
  const backwards = i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  for (let y: usize = 0; y < rows; y++) {
    let left = image + y * columns;
    let right = left + columns;
    while (left + 32 <= right) {
      right -= 16;
      const first = v128.load(left);
      v128.store(left, i8x16.swizzle(v128.load(right), backwards));
      v128.store(right, i8x16.swizzle(first, backwards));
      left += 16;
    }
    while (left + 2 <= right) {
      right -= 1;
      const first = load<u8>(left);
      store<u8>(left, load<u8>(right));
      store<u8>(right, first);
      left += 1;
    }
  }
}
