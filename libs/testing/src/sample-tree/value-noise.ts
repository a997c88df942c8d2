import type { RasterF32 } from '@mammoline/imaging';
import type { Random } from './random.ts';

/** For each target position, the grid index before it and the weights of the four grid values around it (Catmull-Rom). */
function cubicTaps(length: number, cells: number): { readonly first: Int32Array; readonly weights: Float32Array } {
  const first = new Int32Array(length);
  const weights = new Float32Array(length * 4);
  for (let at = 0; at < length; at++) {
    const position = ((at + 0.5) / length) * cells;
    const t = position - Math.floor(position);
    first[at] = Math.floor(position);
    weights.set(
      [0.5 * t * (-1 + t * (2 - t)), 1 + t * t * (-2.5 + 1.5 * t), 0.5 * t * (1 + t * (4 - 3 * t)), 0.5 * t * t * (t - 1)],
      at * 4,
    );
  }
  return { first, weights };
}

/** Adds one octave of value noise: a coarse grid of normals, enlarged by bicubic interpolation. */
function addOctave(target: RasterF32, random: Random, cellsOnLongSide: number, amplitude: number): void {
  const { rows, columns, data } = target;
  const longSide = Math.max(rows, columns);
  const [cellRows, cellColumns] = [Math.max(1, (cellsOnLongSide * rows) / longSide), Math.max(1, (cellsOnLongSide * columns) / longSide)];
  const [gridRows, gridColumns] = [Math.ceil(cellRows) + 4, Math.ceil(cellColumns) + 4];
  const grid = Float32Array.from({ length: gridRows * gridColumns }, () => random.normal());
  const across = cubicTaps(columns, cellColumns);
  const down = cubicTaps(rows, cellRows);
  const widened = new Float32Array(gridRows * columns);
  for (let row = 0; row < gridRows; row++) {
    for (let x = 0; x < columns; x++) {
      const at = row * gridColumns + (across.first[x] ?? 0);
      let value = 0;
      for (let tap = 0; tap < 4; tap++) value += (across.weights[x * 4 + tap] ?? 0) * (grid[at + tap] ?? 0);
      widened[row * columns + x] = value * amplitude;
    }
  }
  for (let y = 0; y < rows; y++) {
    const at = (down.first[y] ?? 0) * columns;
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = down.weights.subarray(y * 4, y * 4 + 4);
    for (let x = 0; x < columns; x++) {
      const from = at + x;
      const to = y * columns + x;
      data[to] =
        (data[to] ?? 0) +
        w0 * (widened[from] ?? 0) +
        w1 * (widened[from + columns] ?? 0) +
        w2 * (widened[from + 2 * columns] ?? 0) +
        w3 * (widened[from + 3 * columns] ?? 0);
    }
  }
}

/**
 * Noise of mean 0 and deviation 1 over several octaves, each twice as fine and `gain` as strong as the one before:
 * the power law of breast tissue (A. Burgess, 1999).
 * @param cellsOnLongSide of the coarsest octave
 */
export function valueNoise(
  random: Random,
  rows: number,
  columns: number,
  cellsOnLongSide: number,
  octaves: number,
  gain: number,
): RasterF32 {
  const noise = { rows, columns, data: new Float32Array(rows * columns) };
  let amplitude = 1;
  for (let octave = 0; octave < octaves; octave++, amplitude *= gain) addOctave(noise, random, cellsOnLongSide * 2 ** octave, amplitude);
  let [sum, squares] = [0, 0];
  for (const value of noise.data) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / noise.data.length;
  const deviation = Math.sqrt(Math.max(1e-12, squares / noise.data.length - mean * mean));
  for (let at = 0; at < noise.data.length; at++) noise.data[at] = ((noise.data[at] ?? 0) - mean) / deviation;
  return noise;
}
