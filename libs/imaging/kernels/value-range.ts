/** The smallest value in the lower, the largest in the upper 16 bits. */
export function valueRange(values: usize, count: usize): u32 {
  let low = i16x8.splat(-1);
  let high = i16x8.splat(0);
  const end = values + 2 * count;
  let at = values;
  for (; at + 16 <= end; at += 16) {
    const found = v128.load(at);
    low = i16x8.min_u(low, found);
    high = i16x8.max_u(high, found);
  }
  let min: u32 = 0xffff;
  let max: u32 = 0;
  for (; at < end; at += 2) {
    const found = <u32>load<u16>(at);
    min = found < min ? found : min;
    max = found > max ? found : max;
  }
  // Folds eight lanes to one.
  low = i16x8.min_u(low, v128.shuffle<i16>(low, low, 4, 5, 6, 7, 0, 1, 2, 3));
  low = i16x8.min_u(low, v128.shuffle<i16>(low, low, 2, 3, 0, 1, 6, 7, 4, 5));
  low = i16x8.min_u(low, v128.shuffle<i16>(low, low, 1, 0, 3, 2, 5, 4, 7, 6));
  high = i16x8.max_u(high, v128.shuffle<i16>(high, high, 4, 5, 6, 7, 0, 1, 2, 3));
  high = i16x8.max_u(high, v128.shuffle<i16>(high, high, 2, 3, 0, 1, 6, 7, 4, 5));
  high = i16x8.max_u(high, v128.shuffle<i16>(high, high, 1, 0, 3, 2, 5, 4, 7, 6));
  const lanesMin = <u32>i16x8.extract_lane_u(low, 0);
  const lanesMax = <u32>i16x8.extract_lane_u(high, 0);
  min = lanesMin < min ? lanesMin : min;
  max = lanesMax > max ? lanesMax : max;
  return min | (max << 16);
}
