import type { RasterF32 } from '@mammoline/imaging';

/** The standard deviation of each pixel over the maps, 0 to .5, as probabilities lie in 0..1. */
export function deviationOfMaps(maps: readonly RasterF32[], { rows, columns, data: mean }: RasterF32): RasterF32 {
  const squares = new Float64Array(mean.length);
  for (const { data } of maps) {
    for (let at = 0; at < squares.length; at += 1) squares[at] = (squares[at] ?? 0) + ((data[at] ?? 0) - (mean[at] ?? 0)) ** 2;
  }
  return { rows, columns, data: Float32Array.from(squares, (square) => Math.sqrt(square / maps.length)) };
}
