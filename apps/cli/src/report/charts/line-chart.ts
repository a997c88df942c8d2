import { escapeHtml } from '../html/escape-html.ts';
import { legend } from './legend.ts';
import { niceTicks } from './nice-ticks.ts';
import { seriesColour } from './palette.ts';

export interface LineChart {
  readonly title: string;
  readonly unit: string;
  /** What runs along the horizontal axis. */
  readonly along: string;
  /** The same for all series, ascending. */
  readonly x: readonly number[];
  /** What a position on the horizontal axis is called; the number itself where it is not given. */
  readonly xLabel?: (x: number) => string;
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** A position on the horizontal axis to point out. */
  readonly mark?: { readonly x: number; readonly label: string };
  /** Where the vertical axis ends, a larger value is drawn at its end; otherwise at the largest value. */
  readonly max?: number;
}

const [width, height] = [400, 250];
const [left, right, top, bottom] = [46, 14, 34, 42];

/** Lines with points, as SVG. */
export function lineChart({ title, unit, along, x, xLabel = String, series, mark, max }: LineChart): string {
  const ticks = niceTicks(max ?? Math.max(0, ...series.flatMap(({ values }) => values)));
  const highest = ticks.at(-1) ?? 1;
  const [from, to] = [x[0] ?? 0, x.at(-1) ?? 1];
  const px = (value: number): string => (left + 8 + ((value - from) / Math.max(1e-9, to - from)) * (width - left - right - 16)).toFixed(1);
  const py = (value: number): string => (height - bottom - (Math.min(value, highest) / highest) * (height - top - bottom)).toFixed(1);
  const grid = ticks.map(
    (tick) =>
      `<line class="grid" x1="${String(left)}" x2="${String(width - right)}" y1="${py(tick)}" y2="${py(tick)}"/>` +
      `<text class="tick" x="${String(left - 6)}" y="${py(tick)}" dy="3.5" text-anchor="end">${String(tick)}</text>`,
  );
  const every = Math.max(1, Math.ceil(x.length / 10));
  const below = x
    .filter((_, index) => index % every === 0)
    .map((value) => `<text class="tick" x="${px(value)}" y="${String(height - bottom + 16)}" text-anchor="middle">${xLabel(value)}</text>`);
  const lines = series.map(({ name, values }, index) => {
    const points = values.map((value, at) => [px(x[at] ?? 0), py(value)] as const);
    const dots = points.map(
      ([cx, cy], at) =>
        `<circle cx="${cx}" cy="${cy}" r="2.6" fill="${seriesColour(index)}"><title>${escapeHtml(`${name}, ${along} ${xLabel(x[at] ?? 0)}: ${(values[at] ?? 0).toFixed(4)}`)}</title></circle>`,
    );
    return `<polyline fill="none" stroke="${seriesColour(index)}" stroke-width="2" points="${points.map((point) => point.join(',')).join(' ')}"/>${dots.join('')}`;
  });
  const marked =
    mark === undefined
      ? ''
      : `<line class="mark" x1="${px(mark.x)}" x2="${px(mark.x)}" y1="${String(top)}" y2="${String(height - bottom)}"/>` +
        `<text class="tick" x="${px(mark.x)}" y="${String(top - 4)}" text-anchor="middle">${escapeHtml(mark.label)}</text>`;
  return (
    `<figure class="chart"><figcaption>${escapeHtml(title)}</figcaption>` +
    `<svg viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${escapeHtml(title)}">` +
    `<text class="axis" x="4" y="14">${escapeHtml(unit)}</text>` +
    `<text class="axis" x="${String((left + width - right) / 2)}" y="${String(height - 8)}" text-anchor="middle">${escapeHtml(along)}</text>` +
    [...grid, ...below, marked, ...lines].join('') +
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
