export function sumRows(image: usize, columns: usize, rows: usize, firstWeight: u32, innerWeight: u32, lastWeight: u32, sums: usize): void {
  const first = i32x4.splat(<i32>firstWeight);
  const inner = i32x4.splat(<i32>innerWeight);
  const last = i32x4.splat(<i32>lastWeight);
  const lastRow = image + (rows - 1) * columns;
  let x: usize = 0;
  for (; x + 8 <= columns; x += 8) {
    const top = v128.load_ext<u8>(image + x);
    const bottom = v128.load_ext<u8>(lastRow + x);
    let low = i32x4.mul(i32x4.extend_low_i16x8_u(top), first);
    let high = i32x4.mul(i32x4.extend_high_i16x8_u(top), first);
    if (rows > 1) {
      low = i32x4.add(low, i32x4.mul(i32x4.extend_low_i16x8_u(bottom), last));
      high = i32x4.add(high, i32x4.mul(i32x4.extend_high_i16x8_u(bottom), last));
    }
    let at = image + columns + x;
    while (at < lastRow) {
      // Up to 257 rows of bytes fit into 16 bits.
      let sixteen = i16x8.splat(0);
      const limit = lastRow - at > 257 * columns ? at + 257 * columns : lastRow;
      for (; at < limit; at += columns) sixteen = i16x8.add(sixteen, v128.load_ext<u8>(at));
      low = i32x4.add(low, i32x4.mul(i32x4.extend_low_i16x8_u(sixteen), inner));
      high = i32x4.add(high, i32x4.mul(i32x4.extend_high_i16x8_u(sixteen), inner));
    }
    v128.store(sums + 4 * x, low);
    v128.store(sums + 4 * x, high, 16);
  }
  for (; x < columns; x++) {
    let sum = <u32>load<u8>(image + x) * firstWeight;
    for (let at = image + columns + x; at < lastRow; at += columns) sum += <u32>load<u8>(at) * innerWeight;
    if (rows > 1) sum += <u32>load<u8>(lastRow + x) * lastWeight;
    store<u32>(sums + 4 * x, sum);
  }
}
