import type { RasterF32 } from '@mammoline/imaging';
import type { ViewPosition } from '@mammoline/kernel';
import { drawStroke } from './draw-stroke.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import type { Random } from './random.ts';
import { valueNoise } from './value-noise.ts';

/** A breast with the chest wall at x = 0; brightness 0 to about 1, air is 0. */
export interface Breast {
  readonly image: RasterF32;
  /** For each row, how far the breast reaches from the chest wall, in pixels; 0 where there is only air. */
  readonly reachPx: Float32Array;
}

/** Draws a breast as a film shows it: a smooth outline with a nipple, fat, glandular tissue, ducts, skin and, in MLO, the pectoral muscle. */
export function drawBreast(random: Random, rows: number, columns: number, position: ViewPosition, density: number): Breast {
  const outline = drawOutline(random, rows, columns, position);
  const coarse = valueNoise(random, rows, columns, 5, 6, 0.6);
  const fine = valueNoise(random, rows, columns, 24, 4, 0.7);
  const ducts = drawDucts(random, rows, columns, density);
  const muscle =
    position === 'MLO'
      ? {
          width: columns * random.uniform(0.22, 0.36),
          height: rows * random.uniform(0.38, 0.58),
          sharpness: random.uniform(25, 45),
          brightness: random.uniform(0.14, 0.22),
        }
      : undefined;
  const rollOff = rows * random.uniform(0.036, 0.07);
  const skinWidth = Math.max(1.2, rows * 0.004);
  const { reachPx, center, reach, halfHeight } = outline;
  const data = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    const rowReach = reachPx[y] ?? 0;
    for (let x = 0; x < Math.min(columns, rowReach); x++) {
      const at = y * columns + x;
      const toSkin = rowReach - x;
      const [coarseHere = 0, fineHere = 0] = [coarse.data[at], fine.data[at]];
      const thickness = 0.42 + 0.58 * Math.sqrt(Math.min(1, toSkin / rollOff));
      const zone = Math.exp(-(((x - 0.38 * reach) / (0.3 * reach)) ** 2) - ((y - center) / (0.62 * halfHeight)) ** 2);
      const gland = Math.min(1.4, Math.max(0, 0.5 + 0.42 * coarseHere + 0.12 * fineHere + (density - 2.5) * 0.28)) * zone;
      let value =
        thickness * (0.23 + 0.018 * fineHere + 0.012 * coarseHere + (0.06 + 0.045 * density) * gland + 0.05 * (ducts.data[at] ?? 0));
      if (muscle !== undefined) {
        const depth = 1 - x / muscle.width - y / muscle.height;
        value += (muscle.brightness + 0.015 * fineHere) / (1 + Math.exp(-Math.min(30, Math.max(-30, depth * muscle.sharpness))));
      }
      data[at] = value + 0.05 * Math.exp(-((toSkin / skinWidth) ** 2));
    }
  }
  return { image: { rows, columns, data }, reachPx };
}

interface Outline {
  readonly reachPx: Float32Array;
  readonly center: number;
  readonly reach: number;
  readonly halfHeight: number;
}

function drawOutline(random: Random, rows: number, columns: number, position: ViewPosition): Outline {
  const center = rows * (position === 'CC' ? random.uniform(0.46, 0.54) : random.uniform(0.54, 0.62));
  const up = rows * random.uniform(0.32, 0.44) * (position === 'MLO' ? 1.25 : 1);
  const down = rows * random.uniform(0.3, 0.38);
  const reach = columns * random.uniform(0.55, 0.8);
  const [roundness, fullness] = [random.uniform(1.9, 2.5), random.uniform(0.5, 0.65)];
  const tail = columns * random.uniform(0.15, 0.3);
  const nipple = center + random.uniform(-0.05, 0.05) * rows;
  const wobble = valueNoise(random, rows, 1, 10, 1, 1);
  const reachPx = new Float32Array(rows);
  for (let y = 0; y < rows; y++) {
    const t = y < center ? (center - y) / up : (y - center) / down;
    let at = reach * Math.max(0, 1 - t ** roundness) ** fullness;
    if (at > 0) at = at * (1 + 0.012 * (wobble.data[y] ?? 0)) + 0.01 * rows * Math.exp(-(((y - nipple) / (rows * 0.0135)) ** 2));
    // In MLO the axillary tail runs to the upper edge.
    if (position === 'MLO') at = Math.hypot(at, tail * Math.sqrt(Math.max(0, 1 - y / (rows * 0.5))));
    reachPx[y] = at > 2 ? at : 0;
  }
  if (position === 'MLO') {
    // The tail meets the breast in a gentle curve.
    const smooth = gaussianBlur({ rows, columns: 1, data: reachPx }, rows * 0.03).data;
    reachPx.set(smooth.subarray(0, Math.floor(center)));
  }
  return { reachPx, center, reach, halfHeight: (up + down) / 2 };
}

/** Ducts and vessels, running roughly towards the nipple. */
function drawDucts(random: Random, rows: number, columns: number, density: number): RasterF32 {
  const ducts = { rows, columns, data: new Float32Array(rows * columns) };
  const count = 16 + 6 * density;
  for (let duct = 0; duct < count; duct++) {
    const [stretch, shift] = [random.uniform(0.3, 0.9) * columns, random.uniform(-0.1, 0.4) * columns];
    const [width, brightness, slope] = [random.uniform(0.6, 1.8), random.uniform(0.3, 1), random.normal() * 0.15];
    let y = rows * random.uniform(0.15, 0.85);
    const steps = 16;
    for (let step = 0; step < steps; step++) {
      const nextY = y + rows * (random.normal() * 0.012 + slope / steps);
      const x = shift + (step / steps) * stretch;
      drawStroke(ducts, { x, y }, { x: x + stretch / steps, y: nextY }, width, brightness);
      y = nextY;
    }
  }
  return gaussianBlur(ducts, 0.7);
}
