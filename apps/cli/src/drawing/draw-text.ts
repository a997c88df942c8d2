import { baseline, capHeight, strokeFont, type Glyph } from './stroke-font.ts';

export interface Lettering {
  /** Where the text begins, or ends: see `isRightAligned`. */
  readonly x: number;
  /** Where the letters stand. */
  readonly y: number;
  /** Of a capital letter. */
  readonly heightPx: number;
  readonly colour: string;
  readonly isRightAligned?: boolean;
}

const spaceAdvance = 12;
const unknown: Glyph = { advance: 18, path: 'M3,1L15,1 15,22 3,22 3,1' };

/** A line of text as SVG, of strokes: it looks the same on a machine without fonts. Letters lose their accents; what is not ASCII then is a box. */
export function drawText(text: string, { x, y, heightPx, colour, isRightAligned = false }: Lettering): string {
  const scale = heightPx / capHeight;
  const strokePx = Math.max(1.1, heightPx / 8);
  let at = 0;
  const paths = glyphsOf(text).map((glyph) => {
    const path = glyph === undefined ? '' : `<path transform="translate(${String(at)})" d="${glyph.path}"/>`;
    at += glyph?.advance ?? spaceAdvance;
    return path;
  });
  const left = isRightAligned ? x - at * scale : x;
  return (
    `<g transform="translate(${left.toFixed(2)} ${(y - baseline * scale).toFixed(2)}) scale(${scale.toFixed(4)})" fill="none" stroke="${colour}" ` +
    `stroke-width="${(strokePx / scale).toFixed(2)}" stroke-linecap="round" stroke-linejoin="round">${paths.join('')}</g>`
  );
}

export function textWidthPx(text: string, heightPx: number): number {
  return glyphsOf(text).reduce((sum, glyph) => sum + (glyph?.advance ?? spaceAdvance), 0) * (heightPx / capHeight);
}

/** The text, or its beginning and its end, where all of it would be too wide: names of files differ at their ends. */
export function fitText(text: string, heightPx: number, widthPx: number): string {
  if (textWidthPx(text, heightPx) <= widthPx) return text;
  const letters = Array.from(text);
  for (let kept = letters.length - 1; kept > 0; kept -= 1) {
    const short = `${letters.slice(0, Math.ceil(kept / 2)).join('')}...${letters.slice(letters.length - Math.floor(kept / 2)).join('')}`;
    if (textWidthPx(short, heightPx) <= widthPx) return short;
  }
  return '...';
}

/** Undefined for a space. */
function glyphsOf(text: string): readonly (Glyph | undefined)[] {
  const plain = text.normalize('NFKD').replaceAll(/\p{Mark}/gu, '');
  return Array.from(plain, (letter) => (letter === ' ' ? undefined : (strokeFont.get(letter) ?? unknown)));
}
