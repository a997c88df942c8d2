/** The smallest value in the lower, the largest in the upper 16 bits. */
export function valueRangeOfBytes(values: usize, count: usize): u32 {
  let low = i8x16.splat(-1);
  let high = i8x16.splat(0);
  const end = values + count;
  let at = values;
  for (; at + 16 <= end; at += 16) {
    const found = v128.load(at);
    low = i8x16.min_u(low, found);
    high = i8x16.max_u(high, found);
  }
  let min: u32 = 0xff;
  let max: u32 = 0;
  for (; at < end; at++) {
    const found = <u32>load<u8>(at);
    min = found < min ? found : min;
    max = found > max ? found : max;
  }
  // Folds sixteen lanes to two, then to one.
  const below = i16x8.min_u(v128.and(low, i16x8.splat(0xff)), i16x8.shr_u(low, 8));
  const above = i16x8.max_u(v128.and(high, i16x8.splat(0xff)), i16x8.shr_u(high, 8));
  let lows = i16x8.min_u(below, v128.shuffle<i16>(below, below, 4, 5, 6, 7, 0, 1, 2, 3));
  lows = i16x8.min_u(lows, v128.shuffle<i16>(lows, lows, 2, 3, 0, 1, 6, 7, 4, 5));
  lows = i16x8.min_u(lows, v128.shuffle<i16>(lows, lows, 1, 0, 3, 2, 5, 4, 7, 6));
  let highs = i16x8.max_u(above, v128.shuffle<i16>(above, above, 4, 5, 6, 7, 0, 1, 2, 3));
  highs = i16x8.max_u(highs, v128.shuffle<i16>(highs, highs, 2, 3, 0, 1, 6, 7, 4, 5));
  highs = i16x8.max_u(highs, v128.shuffle<i16>(highs, highs, 1, 0, 3, 2, 5, 4, 7, 6));
  const lanesMin = <u32>i16x8.extract_lane_u(lows, 0);
  const lanesMax = <u32>i16x8.extract_lane_u(highs, 0);
  min = lanesMin < min ? lanesMin : min;
  max = lanesMax > max ? lanesMax : max;
  return min | (max << 16);
}
