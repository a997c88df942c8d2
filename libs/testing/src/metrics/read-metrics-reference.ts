import { readFileSync } from 'node:fs';

/** A metric as docs/reference/metrics.md tells of it. */
export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  /** Sorted. */
  readonly labels: readonly string[];
  /** The heading that it stands under. */
  readonly section: string;
}

const reference = new URL('../../../../docs/reference/metrics.md', import.meta.url);

/** The tables of the metrics reference. */
export function readMetricsReference(): readonly DocumentedMetric[] {
  return readFileSync(reference, 'utf8')
    .split(/^## /m)
    .flatMap((part) =>
      [...part.matchAll(/^\| `(mammoline_\w+)` +\| +(\w+) +\|([^|]*)\|/gm)].map(([, name = '', type = '', labels = '']) => ({
        name,
        type,
        labels: [...labels.matchAll(/`(\w+)`/g)].flatMap(([, label]) => label ?? []).sort(),
        section: part.slice(0, part.indexOf('\n')),
      })),
    );
}
