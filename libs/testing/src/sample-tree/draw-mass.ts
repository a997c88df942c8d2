import type { RasterF32 } from '@mammoline/imaging';
import { drawStroke } from './draw-stroke.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import type { Random } from './random.ts';
import { valueNoise } from './value-noise.ts';

/** Margins of masses, as the tables name them. */
export const massMargins = ['CIRCUMSCRIBED', 'MICROLOBULATED', 'OBSCURED', 'ILL_DEFINED', 'SPICULATED'] as const;
export type MassMargin = (typeof massMargins)[number];

/** How strongly the outline leaves a circle, and how wide its edge melts into the tissue, as parts of the radius. */
const looks: Readonly<Record<MassMargin, { readonly waviness: number; readonly edge: number }>> = {
  CIRCUMSCRIBED: { waviness: 0.03, edge: 0.06 },
  MICROLOBULATED: { waviness: 0.08, edge: 0.09 },
  OBSCURED: { waviness: 0.07, edge: 0.2 },
  ILL_DEFINED: { waviness: 0.1, edge: 0.28 },
  SPICULATED: { waviness: 0.11, edge: 0.18 },
};

/** A square patch with the lesion at its centre. */
export interface LesionPatch {
  /** Brightness to add, 0 to about 1. */
  readonly profile: RasterF32;
  /** 1 inside the outline that a radiologist would draw: a little generous. */
  readonly outline: Uint8Array;
}

/** Draws a mass: a wavy ellipse, brighter towards its middle, with the edge that its margin asks for. */
export function drawMass(random: Random, radiusPx: number, margin: MassMargin): LesionPatch {
  const { waviness, edge } = looks[margin];
  const half = Math.ceil(radiusPx * (margin === 'SPICULATED' ? 2.6 : 2)) + 3;
  const size = 2 * half + 1;
  const waves = Array.from({ length: 9 }, (_, index) => ({
    frequency: index + 2,
    amplitude: (random.normal() * waviness * 1.6) / (index + 2),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const tilt = random.uniform(0, Math.PI);
  const flatness = random.uniform(0.7, 1);
  const generosity = 1 + random.uniform(0.02, 0.12);
  const texture = valueNoise(random, size, size, 6, 3, 0.55);
  const spicules = margin === 'SPICULATED' ? drawSpicules(random, radiusPx, half) : undefined;
  const profile = { rows: size, columns: size, data: new Float32Array(size * size) };
  const outline = new Uint8Array(size * size);
  for (let y = -half; y <= half; y++) {
    for (let x = -half; x <= half; x++) {
      const [along, across] = [x * Math.cos(tilt) + y * Math.sin(tilt), (-x * Math.sin(tilt) + y * Math.cos(tilt)) / flatness];
      const angle = Math.atan2(across, along);
      const wave = waves.reduce((sum, { frequency, amplitude, phase }) => sum + amplitude * Math.cos(frequency * angle + phase), 0);
      const distance = Math.hypot(along, across) / (radiusPx * (1 + wave));
      const at = (y + half) * size + x + half;
      let value =
        (0.7 + 0.3 * Math.sqrt(Math.max(0, 1 - distance * distance))) / (1 + Math.exp(Math.min(30, (distance - 0.94) / (edge * 0.42))));
      // One side of an obscured mass melts into the tissue.
      if (margin === 'OBSCURED')
        value *= 0.5 + 0.5 / (1 + Math.exp((x * Math.cos(3 * tilt) + y * Math.sin(3 * tilt) - 0.3 * radiusPx) / (0.3 * radiusPx)));
      const spicule = (spicules?.data[at] ?? 0) * Math.min(1, Math.max(0, 2.4 - Math.hypot(x, y) / radiusPx));
      profile.data[at] = Math.max(value, spicule) * (1 + 0.16 * (texture.data[at] ?? 0));
      outline[at] = distance <= generosity ? 1 : 0;
    }
  }
  return { profile, outline };
}

function drawSpicules(random: Random, radiusPx: number, half: number): RasterF32 {
  const size = 2 * half + 1;
  const lines = { rows: size, columns: size, data: new Float32Array(size * size) };
  const count = random.integer(10, 22);
  for (let spicule = 0; spicule < count; spicule++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const bent = angle + random.normal() * 0.12;
    const length = radiusPx * random.uniform(1.25, 2.3);
    const from = { x: half + 0.6 * radiusPx * Math.cos(angle), y: half + 0.6 * radiusPx * Math.sin(angle) };
    drawStroke(
      lines,
      from,
      { x: half + length * Math.cos(bent), y: half + length * Math.sin(bent) },
      random.uniform(0.8, 1.6),
      random.uniform(0.35, 0.8),
    );
  }
  return gaussianBlur(lines, 0.6);
}
