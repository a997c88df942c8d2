import type { RasterF32 } from '@mammoline/imaging';
import { drawStroke } from './draw-stroke.ts';
import { drawMass } from './draw-mass.ts';
import type { LesionPatch } from './draw-mass.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import type { Random } from './random.ts';

/** Draws a cluster of small bright grains; the outline encloses it loosely, as the tables' regions do. */
export function drawCalcifications(random: Random, radiusPx: number): LesionPatch {
  const { outline, profile } = drawMass(random, radiusPx, 'ILL_DEFINED');
  const half = (profile.rows - 1) / 2;
  const grains: RasterF32 = { rows: profile.rows, columns: profile.columns, data: new Float32Array(profile.data.length) };
  const count = random.integer(10, 36);
  for (let grain = 0; grain < count; grain++) {
    const [angle, distance] = [random.uniform(0, 2 * Math.PI), radiusPx * 0.8 * Math.sqrt(random.uniform())];
    const at = { x: half + distance * Math.cos(angle), y: half + distance * Math.sin(angle) };
    drawStroke(
      grains,
      at,
      { x: at.x + random.normal() * 0.6, y: at.y + random.normal() * 0.6 },
      random.uniform(1, 2.2),
      random.uniform(0.55, 1.1),
    );
  }
  const soft = gaussianBlur(grains, 0.5);
  // The tissue of a cluster is a little denser than around it.
  for (let at = 0; at < soft.data.length; at++) soft.data[at] = (soft.data[at] ?? 0) + 0.22 * (profile.data[at] ?? 0);
  return { profile: soft, outline };
}
