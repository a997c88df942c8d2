import type { Raster8, RasterF32 } from '@mammoline/imaging';
import type { Flip } from './looks.ts';

interface Pixels {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array | Float32Array;
}

/** A mirrored copy; mirrored the same way again it is the image. */
export function mirror(image: Raster8, flip: Flip): Raster8;
export function mirror(image: RasterF32, flip: Flip): RasterF32;
export function mirror({ rows, columns, data }: Pixels, { isAcross, isDown }: Flip): Pixels {
  const mirrored = data instanceof Float32Array ? new Float32Array(data.length) : new Uint8Array(data.length);
  for (let y = 0; y < rows; y += 1) {
    const from = (isDown ? rows - 1 - y : y) * columns;
    const line = mirrored.subarray(y * columns, (y + 1) * columns);
    line.set(data.subarray(from, from + columns));
    if (isAcross) line.reverse();
  }
  return { rows, columns, data: mirrored };
}
