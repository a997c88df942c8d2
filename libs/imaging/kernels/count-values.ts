/** Counts go to four histograms in turn, since a count that was just written is slow to read again; `counts` gets their sum. */
export function countValues(image: usize, columns: usize, left: usize, width: usize, rowsOf: usize, height: usize, counts: usize, scratch: usize): void {
  memory.fill(scratch, 0, 4096);
  let zeros: u32 = 0;
  for (let y: usize = 0; y < height; y++) {
    let at = image + <usize>load<u32>(rowsOf + 4 * y) * columns + left;
    const end = at + width;
    for (; at + 8 <= end; at += 8) {
      const eight = load<u64>(at);
      if (eight === 0) {
        zeros += 8;
        continue;
      }
      count(scratch, eight & 0xff);
      count(scratch + 1024, (eight >> 8) & 0xff);
      count(scratch + 2048, (eight >> 16) & 0xff);
      count(scratch + 3072, (eight >> 24) & 0xff);
      count(scratch, (eight >> 32) & 0xff);
      count(scratch + 1024, (eight >> 40) & 0xff);
      count(scratch + 2048, (eight >> 48) & 0xff);
      count(scratch + 3072, eight >> 56);
    }
    for (; at < end; at++) count(scratch, <u64>load<u8>(at));
  }
  for (let at: usize = 0; at < 1024; at += 16) {
    const sum = i32x4.add(
      i32x4.add(v128.load(scratch + at), v128.load(scratch + at, 1024)),
      i32x4.add(v128.load(scratch + at, 2048), v128.load(scratch + at, 3072)),
    );
    v128.store(counts + at, i32x4.add(v128.load(counts + at), sum));
  }
  store<u32>(counts, load<u32>(counts) + zeros);
}

// @ts-ignore: decorator
@inline
function count(histogram: usize, value: u64): void {
  const at = histogram + 4 * <usize>value;
  store<u32>(at, load<u32>(at) + 1);
}
