import { describe, expect, it } from 'vitest';
import { lintMetrics } from './lint-metrics.ts';
import { parseMetrics } from './parse-metrics.ts';

const metric = (name: string, type: string, help = 'Things that were counted.') => ({ name, type, help, labels: [] });

describe('lintMetrics', () => {
  it.each([
    metric('mammoline_stage_seconds', 'histogram'),
    metric('mammoline_dead_letters_total', 'counter'),
    metric('mammoline_queue_depth', 'gauge'),
    metric('mammoline_model_info', 'gauge', 'Always 1: the model version.'),
    metric('nodejs_active_handles_total', 'gauge'),
  ])('lets $name pass', (good) => {
    expect(lintMetrics([good])).toEqual([]);
  });

  it.each([
    [metric('mammoline_stage_ms', 'histogram'), /base unit.*|does not end in a unit/],
    [metric('mammoline_stage_milliseconds_total', 'counter'), /base unit/],
    [metric('mammoline_dice', 'histogram'), /unit/],
    [metric('mammoline_dead_letters', 'counter'), /_total/],
    [metric('mammoline_depth_total', 'gauge'), /_total and is a gauge/],
    [metric('mammoline_stage_count', 'gauge'), /histogram do/],
    [metric('mammoline_stageSeconds', 'gauge'), /snake case/],
    [metric('mammoline_things', 'gauge'), /what it counts/],
    [metric('mammoline_wait_seconds', 'summary'), /summary/],
    [metric('mammoline_queue_depth', 'gauge', 'depth'), /sentence/],
    [metric('mammoline_queue_depth', 'gauge', ''), /no help/],
    [metric('queue_depth', 'gauge'), /prefix/],
  ])('finds fault with $0.name, $0.type', (bad, fault) => {
    expect(lintMetrics([bad]).join('\n')).toMatch(fault);
  });
});

describe('parseMetrics', () => {
  it('reads names, types, helps, and the labels of series, whatever is in their values', () => {
    const text = [
      '# HELP a_seconds Of things.',
      '# TYPE a_seconds histogram',
      'a_seconds_bucket{le="1",stage="x, y=\\"z\\"",service="s"} 1',
      'a_seconds_sum{stage="x",service="s"} 1',
      '# HELP b_total ',
      '# TYPE b_total counter',
      '',
    ].join('\n');
    expect(parseMetrics(text)).toEqual([
      { name: 'a_seconds', type: 'histogram', help: 'Of things.', labels: ['stage'] },
      { name: 'b_total', type: 'counter', help: '', labels: [] },
    ]);
  });
});
