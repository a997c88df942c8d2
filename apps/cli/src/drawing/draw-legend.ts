import { drawText, textWidthPx } from './draw-text.ts';

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
}

/** Lines of colour with their names in a row, as SVG. @param x where it begins @param y where its letters stand */
export function drawLegend(entries: readonly LegendEntry[], x: number, y: number, heightPx: number, textColour: string): string {
  const swatchPx = 2 * heightPx;
  let at = x;
  return entries
    .map(({ name, colour }) => {
      const line = `<path d="M${at.toFixed(2)} ${String(y - heightPx / 2)}h${String(swatchPx)}" stroke="${colour}" stroke-width="3"/>`;
      const text = drawText(name, { x: at + swatchPx + heightPx / 2, y, heightPx, colour: textColour });
      at += swatchPx + textWidthPx(name, heightPx) + 2 * heightPx;
      return line + text;
    })
    .join('');
}

/** What `drawLegend` takes up. */
export const legendWidthPx = (entries: readonly LegendEntry[], heightPx: number): number =>
  entries.reduce((sum, { name }) => sum + textWidthPx(name, heightPx) + 4 * heightPx, 0);
