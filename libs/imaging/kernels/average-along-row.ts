export function averageAlongRow(sums: usize, columns: usize, toColumns: usize, area: f64, into: usize): void {
  for (let to: usize = 0; to < toColumns; to++) {
    const start = to * columns;
    const end = start + columns;
    const first = start / toColumns;
    const last = (end + toColumns - 1) / toColumns - 1;
    const firstEnd = (first + 1) * toColumns;
    let sum: f64 = <f64>load<u32>(sums + 4 * first) * <f64>((firstEnd < end ? firstEnd : end) - start);
    let inner: u64 = 0;
    for (let x = first + 1; x < last; x++) inner += <u64>load<u32>(sums + 4 * x);
    sum += <f64>inner * <f64>toColumns;
    if (last > first) sum += <f64>load<u32>(sums + 4 * last) * <f64>(end - last * toColumns);
    store<u8>(into + to, <u8>floor(sum / area + 0.5));
  }
}
