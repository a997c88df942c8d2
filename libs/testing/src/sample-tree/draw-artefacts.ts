import type { RasterF32 } from '@mammoline/imaging';
import type { Laterality, ViewPosition } from '@mammoline/kernel';
import { drawStroke } from './draw-stroke.ts';
import { drawText, textAspect } from './draw-text.ts';
import type { Random } from './random.ts';
import { valueNoise } from './value-noise.ts';

/** What lies on a film beside the breast, as truth.json tells it. */
export interface Artefacts {
  readonly label: { readonly x: number; readonly y: number; readonly w: number; readonly h: number; readonly touches_breast: boolean };
  /** The edges with a tape: some of l, r, t, b. */
  readonly tape: string;
}

/** Draws the film's label, a case number, tape along the edges, dust and scratches into an image whose breast touches x = 0. */
export function drawArtefacts(
  random: Random,
  image: RasterF32,
  reachPx: Float32Array,
  view: { readonly laterality: Laterality; readonly position: ViewPosition },
  touchesBreast: boolean,
  mirrored: boolean,
): Artefacts {
  const label = drawLabel(random, image, reachPx, `${view.laterality.slice(0, 1)}${view.position}`, touchesBreast, mirrored);
  if (random.chance(0.4)) {
    const digits = String(random.integer(1000, 9999));
    const [x, y] = [image.columns * 0.7, image.rows * random.uniform(0.86, 0.91)];
    onFilm(image, mirrored, (film) => {
      drawText(film, digits, mirrored ? image.columns * 0.06 : x, y, image.rows * 0.018, random.uniform(0.6, 1));
    });
  }
  const tape = ['l', 'r', 't', 'b'].filter((edge) => random.chance(edge === 'l' || edge === 'r' ? 0.4 : 0.5));
  for (const edge of tape) drawTape(random, image, edge);
  drawDust(random, image);
  return { label, tape: tape.join('') };
}

/** Letters are never mirrored: what holds them is drawn as the film is seen. */
function onFilm(image: RasterF32, mirrored: boolean, draw: (image: RasterF32) => void): void {
  if (mirrored) mirrorRows(image);
  draw(image);
  if (mirrored) mirrorRows(image);
}

export function mirrorRows(image: { readonly rows: number; readonly columns: number; readonly data: Float32Array | Uint8Array }): void {
  for (let y = 0; y < image.rows; y++) image.data.subarray(y * image.columns, (y + 1) * image.columns).reverse();
}

function drawLabel(
  random: Random,
  image: RasterF32,
  reachPx: Float32Array,
  text: string,
  touchesBreast: boolean,
  mirrored: boolean,
): Artefacts['label'] {
  const { rows, columns } = image;
  const [w, h] = [Math.round(columns * random.uniform(0.12, 0.18)), Math.round(rows * random.uniform(0.036, 0.055))];
  const dark = random.chance(0.5);
  const background = dark ? random.uniform(0.05, 0.25) : random.uniform(0.55, 0.85);
  const ink = dark ? 0.95 : 1;
  const y = Math.round(rows * (touchesBreast ? random.uniform(0.42, 0.55) : random.uniform(0.07, 0.15)));
  const reach = reachPx.subarray(y, y + h).reduce((most, at) => Math.max(most, at), 0);
  const x = Math.min(columns - w - 2, Math.round(touchesBreast ? reach - w / 3 : Math.max(columns * 0.97 - w, reach + 3)));
  const touches = x < reach;
  const box: RasterF32 = { rows: h, columns: w, data: new Float32Array(w * h).fill(dark ? background : ink - background * 0.9) };
  const textHeight = Math.min(h * 0.6, w * 0.8 * textAspect(text));
  drawText(box, text, w * 0.1, (h - textHeight) / 2, textHeight, ink);
  for (const [from, to] of [
    [
      { x: 0, y: 0 },
      { x: w, y: 0 },
    ],
    [
      { x: 0, y: h - 1 },
      { x: w, y: h - 1 },
    ],
    [
      { x: 0, y: 0 },
      { x: 0, y: h },
    ],
    [
      { x: w - 1, y: 0 },
      { x: w - 1, y: h },
    ],
  ] as const) {
    drawStroke(box, from, to, 1.2, ink);
  }
  if (mirrored) mirrorRows(box);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const at = (y + row) * columns + x + column;
      const inBreast = x + column < (reachPx[y + row] ?? 0);
      const value = box.data[row * w + column] ?? 0;
      image.data[at] = inBreast ? Math.max(image.data[at] ?? 0, value) : value;
    }
  }
  return { x: mirrored ? columns - x - w : x, y, w, h, touches_breast: touches };
}

/** White tape and unexposed edges: some narrower than what the preprocessing cuts off, some wider. */
function drawTape(random: Random, image: RasterF32, edge: string): void {
  const { rows, columns, data } = image;
  const upright = edge === 'l' || edge === 'r';
  const length = upright ? rows : columns;
  const width = upright ? columns * random.uniform(0.003, 0.018) : rows * random.uniform(0.008, 0.045);
  const wobble = valueNoise(random, 1, length, 7, 1, 1);
  const value = random.uniform(0.86, 1);
  for (let along = 0; along < length; along++) {
    const depth = Math.max(1, Math.round(width * (1 + 0.08 * (wobble.data[along] ?? 0))));
    for (let across = 0; across < depth; across++) {
      const [x, y] = upright ? [edge === 'l' ? across : columns - 1 - across, along] : [along, edge === 't' ? across : rows - 1 - across];
      data[y * columns + x] = value;
    }
  }
}

function drawDust(random: Random, image: RasterF32): void {
  const count = random.integer(4, 12);
  for (let speck = 0; speck < count; speck++) {
    const from = { x: random.uniform(0, image.columns), y: random.uniform(0, image.rows) };
    if (random.chance(0.65)) drawStroke(image, from, from, random.uniform(0.8, 1.8), random.uniform(0.3, 0.8));
    else {
      const to = { x: from.x + random.normal() * 0.008 * image.rows, y: from.y + random.normal() * 0.1 * image.rows };
      drawStroke(image, from, to, 0.6, random.uniform(0.18, 0.4));
    }
  }
}
