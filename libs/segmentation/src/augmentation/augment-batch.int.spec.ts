import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../backend/open-backend.ts';
import { createRandom } from '../random/create-random.ts';
import { recipes } from '../recipes/recipes.ts';
import { augmentBatch, type AugmentedExample } from './augment-batch.ts';
import type { Augmentation } from './augmentation.ts';
import { drawAffine, type AffineMatrix } from './draw-affine.ts';
import { drawTone } from './draw-tone.ts';
import type { Example } from './example.ts';

const backend = await openBackend();
const { tf } = backend;
const side = 40;
const still: Augmentation = {
  squareShare: 1,
  squaresPerImage: 1,
  widest: 1,
  wholeShare: 0,
  flipsAcross: false,
  flipsDown: false,
  rotationDegrees: 0,
  scale: 0,
  shift: 0,
  gamma: 0,
  gain: 0,
  offset: 0,
};
const noTone = { gamma: 1, gain: 1, offset: 0 };
const unmoved: AffineMatrix = [1, 0, 0, 0, 1, 0];

/** Grey values that name their place, with a lesion of 3 x 3 at (top, left). */
function exampleWithLesion(top: number, left: number): Example {
  const image = { rows: side, columns: side, data: Uint8Array.from({ length: side * side }, (_, at) => 1 + (at % 251)) };
  const data = Uint8Array.from({ length: side * side }, (_, at) => {
    const [y, x] = [Math.floor(at / side), at % side];
    return y >= top && y < top + 3 && x >= left && x < left + 3 ? 1 : 0;
  });
  return { image, mask: { rows: side, columns: side, data } };
}

function batchOf(drawn: readonly AugmentedExample[], sidePx = side): { readonly images: number[]; readonly truth: number[] } {
  const { images, truth } = augmentBatch(backend, drawn, sidePx);
  const read = { images: [...images.dataSync()], truth: [...truth.dataSync()] };
  tf.dispose([images, truth]);
  return read;
}

const places = fc.tuple(fc.integer({ min: 0, max: side - 3 }), fc.integer({ min: 0, max: side - 3 }));

describe('augmentation', () => {
  test('with nothing to change, changes nothing and leaves no tensor', () => {
    const example = exampleWithLesion(3, 30);
    const held = tf.memory().numTensors;
    for (const affine of [unmoved, drawAffine(example, still, { sidePx: side, aroundLesion: true }, createRandom(1))]) {
      const { images, truth } = batchOf([{ example, affine, tone: noTone }]);
      expect(truth).toEqual([...example.mask.data]);
      for (const [at, value] of images.entries()) expect(255 * value).toBeCloseTo(example.image.data[at] ?? 0, 3);
    }
    expect(tf.memory().numTensors).toBe(held);
  });

  test('a square around a lesion holds some of it, wherever the lesion is', () => {
    fc.assert(
      fc.property(places, fc.integer(), ([top, left], seed) => {
        const example = exampleWithLesion(top, left);
        const [a, b, x, c, d, y] = drawAffine(example, still, { sidePx: 16, aroundLesion: true }, createRandom(seed));
        for (const [at, value] of [1, 0, 0, 1].entries()) expect([a, b, c, d][at]).toBeCloseTo(value, 10);
        for (const [start, lesion] of [
          [x, left],
          [y, top],
        ] as const) {
          expect(Number.isInteger(start)).toBe(true);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start + 16).toBeLessThanOrEqual(side);
          expect(start).toBeLessThan(lesion + 3);
          expect(start + 16).toBeGreaterThan(lesion);
        }
      }),
    );
  });

  test('a square elsewhere is around a pixel of the breast, not of the film beside it', () => {
    const data = Uint8Array.from({ length: side * side }, (_, at) => (at % side < 6 ? 90 : 3));
    const image = { rows: side, columns: side, data };
    const example: Example = { image, mask: { ...image, data: new Uint8Array(side * side) } };
    for (let seed = 0; seed < 50; seed += 1) {
      const [, , x] = drawAffine(example, still, { sidePx: 16, aroundLesion: false }, createRandom(seed));
      expect(x).toBeLessThan(6);
    }
  });

  test('image and mask move together, however they are turned, scaled, mirrored and moved', () => {
    // A disc that is bright where it is marked.
    const isIn = (at: number): boolean => Math.hypot((at % side) - 18, Math.floor(at / side) - 22) < 7;
    const mask = Uint8Array.from({ length: side * side }, (_, at) => (isIn(at) ? 1 : 0));
    const example: Example = {
      image: { rows: side, columns: side, data: mask.map((marked) => 50 + 150 * marked) },
      mask: { rows: side, columns: side, data: mask },
    };
    const much: Augmentation = { ...still, flipsAcross: true, flipsDown: true, rotationDegrees: 40, scale: 0.3, shift: 0.1 };
    const drawn = Array.from({ length: 30 }, (_, seed): AugmentedExample => {
      const affine = drawAffine(example, much, { sidePx: side, aroundLesion: true }, createRandom(seed));
      return { example, affine, tone: noTone };
    });
    const { images, truth } = batchOf(drawn);
    expect(new Set(drawn.map(({ affine: [a, , , , d] }) => `${Math.sign(a)} ${Math.sign(d)}`)).size).toBe(4);
    const areas = drawn.map((_, index) => truth.slice(index * side * side, (index + 1) * side * side).reduce((sum, one) => sum + one, 0));
    expect(Math.max(...areas)).toBeGreaterThan(1.3 * Math.min(...areas));
    for (const [at, marked] of truth.entries()) expect(255 * (images[at] ?? 0) >= 124.9).toBe(marked === 1);
  });

  test('tones stay within 0 to 1 and leave black alone', () => {
    const data = new Uint8Array(side * side).fill(128);
    data[0] = 0;
    data[1] = 250;
    const image = { rows: side, columns: side, data };
    const example: Example = { image, mask: { ...image, data: new Uint8Array(side * side) } };
    const by = (tone: AugmentedExample['tone']): number[] => batchOf([{ example, affine: unmoved, tone }]).images.slice(0, 3);
    expect(by({ gamma: 1, gain: 1.2, offset: 0.1 })).toEqual([0, 1, expect.closeTo(1.2 * (128 / 255) + 0.1, 5)]);
    expect(by({ gamma: 1, gain: 1, offset: -0.6 })).toEqual([0, expect.closeTo(250 / 255 - 0.6, 5), 0]);
    expect(by({ gamma: 2, gain: 1, offset: 0 })[2]).toBeCloseTo((128 / 255) ** 2, 5);
  });

  test('tones are drawn within what the recipe says, and equal streams draw equally', () => {
    const { augmentation } = recipes.compact;
    const tones = Array.from({ length: 500 }, (_, seed) => drawTone(augmentation, createRandom(seed)));
    const spreadOf = (values: readonly number[]): number[] => [Math.min(...values), Math.max(...values)];
    expect(spreadOf(tones.map(({ gamma }) => gamma))).toEqual([expect.closeTo(1 / 1.5, 2), expect.closeTo(1.5, 2)]);
    expect(spreadOf(tones.map(({ gain }) => gain))).toEqual([expect.closeTo(0.7, 2), expect.closeTo(1.3, 2)]);
    expect(spreadOf(tones.map(({ offset }) => offset))).toEqual([expect.closeTo(-0.1, 2), expect.closeTo(0.1, 2)]);
    const draw = (seed: number): AffineMatrix =>
      drawAffine(exampleWithLesion(5, 5), augmentation, { sidePx: 16, aroundLesion: false }, createRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('an image without a lesion is cut anywhere, a black one too', () => {
    const black = { rows: side, columns: side, data: new Uint8Array(side * side) };
    const { images, truth } = batchOf(
      [
        {
          example: { image: black, mask: black },
          affine: drawAffine({ image: black, mask: black }, still, { sidePx: 16, aroundLesion: true }, createRandom(1)),
          tone: noTone,
        },
      ],
      16,
    );
    expect(images).toHaveLength(256);
    expect(new Set([...images, ...truth])).toEqual(new Set([0]));
  });
});
