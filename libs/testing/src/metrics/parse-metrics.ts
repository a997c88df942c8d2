/** One metric as `/metrics` tells it. */
export interface ToldMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Of its series, without `service` and a histogram's `le`; sorted. Empty while it has no series. */
  readonly labels: readonly string[];
}

/** Reads Prometheus' text format as far as it is about names, types, helps and labels. */
export function parseMetrics(text: string): readonly ToldMetric[] {
  const helps = [...text.matchAll(/^# HELP (\S+) ?(.*)$/gm)];
  const typeOf = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const samples = [...text.matchAll(/^([a-zA-Z_:][\w:]*)\{([^\n]*)\} /gm)];
  return helps.map(([, name = '', help = '']) => {
    const type = typeOf.get(name) ?? 'untyped';
    const ofName = type === 'histogram' ? [`${name}_bucket`] : [name];
    const labels = new Set<string>();
    for (const [, sample = '', list = ''] of samples) {
      if (!ofName.includes(sample)) continue;
      for (const [, label = ''] of list.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) if (label !== 'le' && label !== 'service') labels.add(label);
    }
    return { name, type, help, labels: [...labels].sort() };
  });
}
