import { describe, expect, it } from 'vitest';
import { barChart } from './bar-chart.ts';
import { lineChart } from './line-chart.ts';
import { niceTicks } from './nice-ticks.ts';

describe('niceTicks', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 0.25, 0.5, 0.75, 1]],
    [0.31, [0, 0.1, 0.2, 0.3, 0.4]],
    [97, [0, 25, 50, 75, 100]],
    [3568, [0, 1000, 2000, 3000, 4000]],
  ])('up to %d: %j', (max, ticks) => {
    expect(niceTicks(max)).toEqual(ticks);
  });
});

describe('charts', () => {
  it('draws bars as high as their values, and escapes what comes from data', () => {
    const svg = barChart({ title: 'A & B', unit: 'views', categories: ['<one>', 'two'], series: [{ name: 'views', values: [1, 4] }] });
    const heights = [...svg.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(heights).toHaveLength(2);
    expect((heights[1] ?? 0) / (heights[0] ?? 1)).toBeCloseTo(4, 1);
    expect(svg).toContain('&lt;one&gt;');
    expect(svg).toContain('A &amp; B');
  });

  it('draws a run of one epoch without numbers that are none', () => {
    const svg = lineChart({ title: 'Loss', unit: 'loss', along: 'epoch', x: [1], series: [{ name: 'training', values: [0.5] }] });
    expect(svg).toContain('<circle');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('names positions on the horizontal axis as it is told to', () => {
    const svg = lineChart({
      title: 'FROC',
      unit: 'found',
      along: 'rate',
      x: [-1, 0],
      xLabel: (x) => `two to the ${String(x)}`,
      series: [],
    });
    expect([...svg.matchAll(/two to the (-?\d)/g)].map(([, power]) => power)).toEqual(['-1', '0']);
  });
});
