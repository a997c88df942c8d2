import type { Mask, RasterF32 } from '@mammoline/imaging';

/** A mask drawn with `#`, one text a row. */
export function maskOf(...rows: readonly string[]): Mask {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Uint8Array.from(rows.join(''), (mark) => (mark === '#' ? 1 : 0)) };
}

/** Probabilities in tenths: one digit a pixel, `.` for 0. */
export function tenths(...rows: readonly string[]): RasterF32 {
  const data = Float32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit) / 10));
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data };
}
