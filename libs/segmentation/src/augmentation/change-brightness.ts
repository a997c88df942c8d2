import type { Raster8 } from '@mammoline/imaging';

/** `value * gain + offset` on every pixel, kept within 0..255. The background (0) stays black: films differ in the breast, not beside it. */
export function changeBrightness({ rows, columns, data }: Raster8, gain: number, offset: number): Raster8 {
  const result = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index += 1) {
    const value = data[index] ?? 0;
    result[index] = value === 0 ? 0 : Math.min(255, Math.max(0, Math.round(value * gain + offset)));
  }
  return { rows, columns, data: result };
}
