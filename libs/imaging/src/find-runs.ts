import type { BitMask } from './bit-mask.ts';
import type { Mask } from './raster.ts';

/** The runs of pixels of one value: y, first x, x after the last; three numbers a run, in raster order. */
export function findRuns(mask: Mask | BitMask, value: 0 | 1): readonly number[] {
  return 'words' in mask ? runsOfBits(mask, value) : runsOfBytes(mask, value);
}

function runsOfBytes({ rows, columns, data }: Mask, value: 0 | 1): readonly number[] {
  const runs: number[] = [];
  for (let y = 0; y < rows; y += 1) {
    const row = data.subarray(y * columns, (y + 1) * columns);
    for (let start = row.indexOf(value); start !== -1;) {
      const found = row.indexOf(1 - value, start);
      const end = found === -1 ? columns : found;
      runs.push(y, start, end);
      start = found === -1 ? -1 : row.indexOf(value, end);
    }
  }
  return runs;
}

function runsOfBits({ rows, columns, strideWords, words }: BitMask, value: 0 | 1): readonly number[] {
  const runs: number[] = [];
  const flip = value === 1 ? 0 : -1;
  for (let y = 0; y < rows; y += 1) {
    const row = y * strideWords;
    let start = -1;
    for (let word = 0; 32 * word < columns; word += 1) {
      const bits = (words[row + word] ?? 0) ^ flip;
      // Bits that differ from the pixel before them: where a run starts or ends.
      let changes = bits ^ ((bits << 1) | (start === -1 ? 0 : 1));
      for (; changes !== 0; changes &= changes - 1) {
        const x = 32 * word + 31 - Math.clz32(changes & -changes);
        if (start === -1) {
          if (x < columns) start = x;
          else break;
        } else {
          runs.push(y, start, Math.min(x, columns));
          start = -1;
          if (x >= columns) break;
        }
      }
    }
    if (start !== -1) runs.push(y, start, columns);
  }
  return runs;
}
