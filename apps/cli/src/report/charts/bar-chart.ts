import { escapeHtml } from '../html/escape-html.ts';
import { legend } from './legend.ts';
import { niceTicks } from './nice-ticks.ts';
import { seriesColour } from './palette.ts';

export interface BarChart {
  readonly title: string;
  /** What is counted: the name of the vertical axis. */
  readonly unit: string;
  readonly categories: readonly string[];
  /** One bar of each series beside the other in each category. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

const [width, height] = [400, 236];
const [left, right, top, bottom] = [46, 10, 34, 26];

/** Vertical bars, as SVG; each bar carries its number. */
export function barChart({ title, unit, categories, series }: BarChart): string {
  const ticks = niceTicks(Math.max(0, ...series.flatMap(({ values }) => values)));
  const max = ticks.at(-1) ?? 1;
  const y = (value: number): number => height - bottom - (value / max) * (height - top - bottom);
  const slot = (width - left - right) / Math.max(1, categories.length);
  const barWidth = Math.min(48, (slot * 0.76) / Math.max(1, series.length));
  const grid = ticks.map(
    (tick) =>
      `<line class="grid" x1="${String(left)}" x2="${String(width - right)}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/>` +
      `<text class="tick" x="${String(left - 6)}" y="${(y(tick) + 3.5).toFixed(1)}" text-anchor="end">${String(tick)}</text>`,
  );
  const bars = categories.flatMap((category, at) => {
    const middle = left + slot * (at + 0.5);
    const label = `<text class="category" x="${middle.toFixed(1)}" y="${String(height - bottom + 16)}" text-anchor="middle">${escapeHtml(category)}</text>`;
    return [
      label,
      ...series.map(({ name, values }, index) => {
        const value = values[at] ?? 0;
        const x = middle + (index - series.length / 2) * barWidth;
        return (
          `<rect x="${(x + 1).toFixed(1)}" y="${y(value).toFixed(1)}" width="${(barWidth - 2).toFixed(1)}" height="${(height - bottom - y(value)).toFixed(1)}" fill="${seriesColour(index)}">` +
          `<title>${escapeHtml(`${category}, ${name}: ${String(value)}`)}</title></rect>` +
          `<text class="value" x="${(x + barWidth / 2).toFixed(1)}" y="${(y(value) - 4).toFixed(1)}" text-anchor="middle">${String(value)}</text>`
        );
      }),
    ];
  });
  return (
    `<figure class="chart"><figcaption>${escapeHtml(title)}</figcaption>` +
    `<svg viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${escapeHtml(title)}">` +
    `<text class="axis" x="4" y="14">${escapeHtml(unit)}</text>` +
    [...grid, ...bars].join('') +
    (series.length > 1
      ? legend(
          series.map(({ name }) => name),
          width - right,
          14,
        )
      : '') +
    `</svg></figure>`
  );
}
