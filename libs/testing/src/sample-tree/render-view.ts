import type { Mask, Raster16, RasterF32 } from '@mammoline/imaging';
import type { AbnormalityKind, Laterality, ViewPosition } from '@mammoline/kernel';
import { drawArtefacts, mirrorRows } from './draw-artefacts.ts';
import type { Artefacts } from './draw-artefacts.ts';
import { drawBreast } from './draw-breast.ts';
import { drawCalcifications } from './draw-calcifications.ts';
import { drawMass } from './draw-mass.ts';
import type { LesionPatch, MassMargin } from './draw-mass.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import type { Random } from './random.ts';
import { valueNoise } from './value-noise.ts';

/** A lesion to draw. */
export interface PlannedLesion {
  readonly kind: AbnormalityKind;
  readonly margin: MassMargin;
  /** Radius over the height of the image. */
  readonly radiusShare: number;
  /** Brightness over the tissue around it; the whole film is 1. */
  readonly contrast: number;
}

export interface ViewToRender {
  readonly rows: number;
  readonly columns: number;
  readonly laterality: Laterality;
  readonly position: ViewPosition;
  /** 1 to 4. */
  readonly density: number;
  readonly lesions: readonly PlannedLesion[];
  /** The film's label overlaps the breast. */
  readonly labelTouches: boolean;
  /** Brightness of the empty film. */
  readonly fog: number;
}

export interface RenderedView {
  /** 12 bits of the digitiser in the upper bits of 16. */
  readonly image: Raster16;
  /** One for each lesion, in order. */
  readonly masks: readonly Mask[];
  readonly radiiPx: readonly number[];
  readonly artefacts: Artefacts;
  readonly facingRight: boolean;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly radiusPx: number;
}

/** Draws a mammogram with its lesions. A left breast has its chest wall on the left edge and faces right; a right one is the mirror image. */
export function renderView(random: Random, view: ViewToRender): RenderedView {
  const { rows, columns } = view;
  const { image, reachPx } = drawBreast(random, rows, columns, view.position, view.density);
  const places: Place[] = [];
  const masks: Mask[] = [];
  for (const lesion of view.lesions) {
    const place = findPlace(random, rows, reachPx, places, lesion.radiusShare * rows);
    places.push(place);
    const patch = lesion.kind === 'MASS' ? drawMass(random, place.radiusPx, lesion.margin) : drawCalcifications(random, place.radiusPx);
    addPatch(image, patch, place, lesion.contrast);
    masks.push(maskOf(patch, place, reachPx, rows, columns));
  }
  drawDistractors(random, image, reachPx, places);
  const film = gaussianBlur(image, 0.5);
  const backdrop = valueNoise(random, rows, columns, 4, 2, 0.5);
  for (let at = 0; at < film.data.length; at++) {
    const empty = 0.02 + view.fog + 0.005 * (backdrop.data[at] ?? 0) + (0.01 * at) / film.data.length;
    film.data[at] = 0.86 * (film.data[at] ?? 0) + Math.max(0, empty);
  }
  const facingRight = view.laterality === 'LEFT';
  const artefacts = drawArtefacts(random, film, reachPx, view, view.labelTouches, !facingRight);
  const pixels = digitise(random, film);
  if (!facingRight) {
    for (let y = 0; y < rows; y++) pixels.subarray(y * columns, (y + 1) * columns).reverse();
    masks.forEach(mirrorRows);
  }
  return { image: { rows, columns, data: pixels }, masks, radiiPx: places.map((place) => place.radiusPx), artefacts, facingRight };
}

/** A place inside the breast, away from what is there already. Where the breast is too small for the lesion, the lesion shrinks. */
function findPlace(random: Random, rows: number, reachPx: Float32Array, taken: readonly Place[], radiusPx: number): Place {
  for (let attempt = 0, radius = radiusPx; ; attempt++) {
    if (attempt > 0 && attempt % 60 === 0) radius *= 0.85;
    const y = Math.round(random.uniform(0.16, 0.84) * rows);
    const reach = reachPx[y] ?? 0;
    const x = Math.round(random.uniform(0.1, 0.85) * reach);
    const fits =
      [-1, -0.5, 0, 0.5, 1].every((part) => x + radius * 1.15 + 2 < (reachPx[Math.round(y + part * radius)] ?? 0)) && x > radius * 0.8;
    const isFree = taken.every((other) => Math.hypot(other.x - x, other.y - y) > 1.4 * (other.radiusPx + radius));
    if ((fits && isFree) || attempt > 1500) return { x, y, radiusPx: Math.max(2.5, radius) };
  }
}

/** Soft densities and bright spots that are no lesions: never where a lesion is. */
function drawDistractors(random: Random, image: RasterF32, reachPx: Float32Array, lesions: readonly Place[]): void {
  const taken = [...lesions];
  const count = random.integer(2, 5);
  for (let index = 0; index < count; index++) {
    const place = findPlace(random, image.rows, reachPx, taken, image.rows * random.uniform(0.012, 0.035));
    if (taken.some((other) => Math.hypot(other.x - place.x, other.y - place.y) < other.radiusPx + place.radiusPx)) continue;
    taken.push(place);
    const { profile, outline } = drawMass(random, place.radiusPx, random.pick(['OBSCURED', 'ILL_DEFINED']));
    addPatch(image, { profile: gaussianBlur(profile, place.radiusPx * 0.4), outline }, place, random.uniform(0.03, 0.07));
  }
}

function addPatch(image: RasterF32, { profile }: LesionPatch, place: Place, contrast: number): void {
  forEachOverlap(profile.rows, place, image.rows, image.columns, (at, from) => {
    // Air stays air: a lesion near the skin ends at it.
    if ((image.data[at] ?? 0) > 0) image.data[at] = (image.data[at] ?? 0) + contrast * (profile.data[from] ?? 0);
  });
}

function maskOf({ outline, profile }: LesionPatch, place: Place, reachPx: Float32Array, rows: number, columns: number): Mask {
  const data = new Uint8Array(rows * columns);
  forEachOverlap(profile.rows, place, rows, columns, (at, from) => {
    if (outline[from] === 1 && at % columns < (reachPx[Math.floor(at / columns)] ?? 0)) data[at] = 1;
  });
  return { rows, columns, data };
}

function forEachOverlap(
  size: number,
  place: Place,
  rows: number,
  columns: number,
  visit: (imageAt: number, patchAt: number) => void,
): void {
  const half = (size - 1) / 2;
  for (let row = Math.max(0, half - place.y); row < Math.min(size, rows - place.y + half); row++) {
    for (let column = Math.max(0, half - place.x); column < Math.min(size, columns - place.x + half); column++) {
      visit((place.y + row - half) * columns + place.x + column - half, row * size + column);
    }
  }
}

/** Film grain that grows with the signal, the scanner's line noise, and 12 bits in 16. */
function digitise(random: Random, film: RasterF32): Uint16Array {
  const pixels = new Uint16Array(film.data.length);
  for (let y = 0; y < film.rows; y++) {
    const line = random.normal() * 0.0012;
    for (let x = 0; x < film.columns; x++) {
      const at = y * film.columns + x;
      const value = Math.min(1, Math.max(0, film.data[at] ?? 0));
      const noisy = Math.min(1, Math.max(0, value + line + random.normal() * (0.0025 + 0.008 * Math.sqrt(value))));
      pixels[at] = Math.round(noisy * 4095) * 16;
    }
  }
  return pixels;
}
