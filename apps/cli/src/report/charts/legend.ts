import { escapeHtml } from '../html/escape-html.ts';
import { seriesColour } from './palette.ts';

/** Names of series with their colours, in one line that ends at `right`. */
export function legend(names: readonly string[], right: number, y: number): string {
  let x = right;
  const parts: string[] = [];
  for (const [index, name] of [...names.entries()].reverse()) {
    x -= 7 * name.length + 4;
    parts.push(`<text class="legend" x="${String(x)}" y="${String(y)}">${escapeHtml(name)}</text>`);
    x -= 15;
    parts.push(`<rect x="${String(x)}" y="${String(y - 9)}" width="10" height="10" rx="2" fill="${seriesColour(index)}"/>`);
    x -= 10;
  }
  return parts.join('');
}
