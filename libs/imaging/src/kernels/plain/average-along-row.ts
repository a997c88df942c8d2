export function averageAlongRow(sums: Uint32Array, columns: number, area: number, into: Uint8Array): void {
  const toColumns = into.length;
  for (let to = 0; to < toColumns; to += 1) {
    const start = to * columns;
    const end = start + columns;
    const first = Math.floor(start / toColumns);
    const last = Math.ceil(end / toColumns) - 1;
    let inner = 0;
    for (let x = first + 1; x < last; x += 1) inner += sums[x] ?? 0;
    let sum = (sums[first] ?? 0) * (Math.min((first + 1) * toColumns, end) - start) + inner * toColumns;
    if (last > first) sum += (sums[last] ?? 0) * (end - last * toColumns);
    // Whole numbers below 2^53 all: the quotient is exact wherever it is a half.
    into[to] = Math.floor(sum / area + 0.5);
  }
}
