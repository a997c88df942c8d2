import { inverseProbabilities, type RasterF32 } from '@mammoline/imaging';

/** A square map at another side, interpolated bilinearly. */
export function resizeProbabilities(map: RasterF32, side: number): RasterF32 {
  if (map.rows === side) return map;
  const whole = { rows: side, columns: side };
  return inverseProbabilities(map, {
    source: whole,
    crop: { top: 0, left: 0, ...whole },
    isFlipped: false,
    paddedSidePx: side,
    networkSidePx: map.rows,
  });
}
