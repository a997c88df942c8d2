import { Gauge, type Registry } from 'prom-client';
import { readWithin } from './read-within.ts';

/** Longest wait for a number that Postgres or the broker has; well under a scrape's limit of 10 s. */
const readLimitMs = 2000;

/** One value of a gauge. */
export interface Reading<Label extends string> {
  readonly labels: Readonly<Partial<Record<Label, string>>>;
  readonly value: number;
}

/** A number that is asked for when metrics are read; it is not told while whoever has it does not answer within 2 s. */
export function watchGauge<Label extends string>(
  registry: Registry,
  about: { readonly name: string; readonly help: string; readonly labelNames: readonly Label[] },
  read: () => Promise<readonly Reading<Label>[]>,
): void {
  const readInTime = readWithin(readLimitMs, read);
  const gauge = new Gauge({
    ...about,
    labelNames: [...about.labelNames],
    registers: [registry],
    collect: async () => {
      const values = await readInTime();
      gauge.reset();
      // A gauge without labels says 0 after a reset.
      if (values === undefined && about.labelNames.length === 0) gauge.remove();
      for (const { labels, value } of values ?? []) gauge.set(labels, value);
    },
  });
}
