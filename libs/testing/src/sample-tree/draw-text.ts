import type { RasterF32 } from '@mammoline/imaging';
import { drawStroke } from './draw-stroke.ts';

/** Strokes as x0, y0, x1, y1 in a box one unit wide and two high. */
type Stroke = readonly [number, number, number, number];

const segments: Readonly<Record<string, Stroke>> = {
  a: [0, 0, 1, 0],
  b: [1, 0, 1, 1],
  c: [1, 1, 1, 2],
  d: [0, 2, 1, 2],
  e: [0, 1, 0, 2],
  f: [0, 0, 0, 1],
  g: [0, 1, 1, 1],
};
const digits = ['abcdef', 'bc', 'abged', 'abgcd', 'fgbc', 'afgcd', 'afgedc', 'abc', 'abcdefg', 'abcdfg'];
const letters: Readonly<Record<string, readonly Stroke[]>> = {
  L: [
    [0, 0, 0, 2],
    [0, 2, 1, 2],
  ],
  R: [
    [0, 0, 0, 2],
    [0, 0, 1, 0],
    [1, 0, 1, 1],
    [1, 1, 0, 1],
    [0, 1, 1, 2],
  ],
  C: [
    [1, 0, 0, 0],
    [0, 0, 0, 2],
    [0, 2, 1, 2],
  ],
  M: [
    [0, 0, 0, 2],
    [0, 0, 0.5, 1],
    [0.5, 1, 1, 0],
    [1, 0, 1, 2],
  ],
  O: [
    [0, 0, 1, 0],
    [1, 0, 1, 2],
    [1, 2, 0, 2],
    [0, 2, 0, 0],
  ],
};

const unitsPerCharacter = 1.7;

/** Height over width of a line of text. */
export const textAspect = (text: string): number => 2 / (text.length * unitsPerCharacter - 0.7);

/** Writes lead letters: L, R, C, M, O and digits. `x`, `y` is the upper left corner. */
export function drawText(image: RasterF32, text: string, x: number, y: number, heightPx: number, value: number): void {
  const unit = heightPx / 2;
  for (const [index, character] of Array.from(text).entries()) {
    const digit = digits[Number(character)];
    const strokes = letters[character] ?? Array.from(digit ?? '', (name) => segments[name]).filter((stroke) => stroke !== undefined);
    const left = x + index * unitsPerCharacter * unit;
    for (const [x0, y0, x1, y1] of strokes) {
      drawStroke(
        image,
        { x: left + x0 * unit, y: y + y0 * unit },
        { x: left + x1 * unit, y: y + y1 * unit },
        Math.max(1.2, heightPx / 8),
        value,
      );
    }
  }
}
