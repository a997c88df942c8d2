export function brightestWithin(image: usize, rows: usize, columns: usize, marks: usize, strideWords: usize): u32 {
  let high = i16x8.splat(0);
  let brightest: u32 = 0;
  for (let y: usize = 0; y < rows; y++) {
    const row = image + 2 * y * columns;
    const marksRow = marks + 4 * y * strideWords;
    for (let x: usize = 0; x < columns; x += 64) {
      let bits = load<u64>(marksRow + (x >> 3));
      if (bits === 0) continue;
      const at = row + 2 * x;
      if (bits === <u64>-1) {
        for (let block: usize = 0; block < 128; block += 16) high = i16x8.max_u(high, v128.load(at + block));
        continue;
      }
      for (; bits !== 0; bits &= bits - 1) {
        const value = <u32>load<u16>(at + 2 * <usize>ctz(bits));
        brightest = value > brightest ? value : brightest;
      }
    }
  }
  high = i16x8.max_u(high, v128.shuffle<i16>(high, high, 4, 5, 6, 7, 0, 1, 2, 3));
  high = i16x8.max_u(high, v128.shuffle<i16>(high, high, 2, 3, 0, 1, 6, 7, 4, 5));
  high = i16x8.max_u(high, v128.shuffle<i16>(high, high, 1, 0, 3, 2, 5, 4, 7, 6));
  const lanes = <u32>i16x8.extract_lane_u(high, 0);
  return lanes > brightest ? lanes : brightest;
}
