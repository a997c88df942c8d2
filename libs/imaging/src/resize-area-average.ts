import type { Raster8 } from './raster.ts';

/** Resizes by averaging the source area that each pixel covers, parts of pixels by their share; rounds half up. */
export function resizeAreaAverage({ rows, columns, data }: Raster8, toRows: number, toColumns: number): Raster8 {
  if (rows === toRows && columns === toColumns) return { rows, columns, data };
  const across = spans(columns, toColumns);
  const down = spans(rows, toRows);
  const result = new Uint8Array(toRows * toColumns);
  const sums = new Float64Array(toColumns);
  const line = new Float64Array(toColumns);
  let lineOf = -1;
  for (let toY = 0; toY < toRows; toY += 1) {
    sums.fill(0);
    const { first, last, firstShare, lastShare } = spanAt(down, toY);
    for (let y = first; y <= last; y += 1) {
      // A source row that two result rows share is summed once.
      if (lineOf !== y) {
        sumAlongRow(data.subarray(y * columns, (y + 1) * columns), across, line);
        lineOf = y;
      }
      const share = y === first ? firstShare : y === last ? lastShare : 1;
      for (let x = 0; x < toColumns; x += 1) sums[x] = (sums[x] ?? 0) + share * (line[x] ?? 0);
    }
    const area = (rows / toRows) * (columns / toColumns);
    for (let x = 0; x < toColumns; x += 1) result[toY * toColumns + x] = Math.min(255, Math.round((sums[x] ?? 0) / area));
  }
  return { rows: toRows, columns: toColumns, data: result };
}

/** Which source pixels each result pixel covers along one axis, and how much of the first and the last one. */
interface Spans {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly firstShare: Float64Array;
  readonly lastShare: Float64Array;
}

function spans(length: number, toLength: number): Spans {
  const all = {
    first: new Int32Array(toLength),
    last: new Int32Array(toLength),
    firstShare: new Float64Array(toLength),
    lastShare: new Float64Array(toLength),
  };
  for (let at = 0; at < toLength; at += 1) {
    const start = (at * length) / toLength;
    const end = ((at + 1) * length) / toLength;
    const first = Math.floor(start);
    const last = Math.min(Math.ceil(end), length) - 1;
    all.first[at] = first;
    all.last[at] = last;
    all.firstShare[at] = Math.min(end, first + 1) - start;
    all.lastShare[at] = end - last;
  }
  return all;
}

function spanAt(all: Spans, at: number) {
  return {
    first: all.first[at] ?? 0,
    last: all.last[at] ?? 0,
    firstShare: all.firstShare[at] ?? 0,
    lastShare: all.lastShare[at] ?? 0,
  };
}

function sumAlongRow(row: Uint8Array, { first, last, firstShare, lastShare }: Spans, sums: Float64Array): void {
  for (let x = 0; x < sums.length; x += 1) {
    const from = first[x] ?? 0;
    const to = last[x] ?? 0;
    let sum = (firstShare[x] ?? 0) * (row[from] ?? 0);
    for (let at = from + 1; at < to; at += 1) sum += row[at] ?? 0;
    if (to > from) sum += (lastShare[x] ?? 0) * (row[to] ?? 0);
    sums[x] = sum;
  }
}
