import { sleep } from '@mammoline/kernel';
import type { Prometheus } from './start-prometheus.ts';

/** What became of one alert, in seconds since the watch began. */
export interface AlertCourse {
  readonly name: string;
  /** As it was when it fired first. */
  readonly summary: string;
  readonly firedAfterS: number;
  /** Undefined while it fires. */
  readonly endedAfterS: number | undefined;
}

export interface AlertWatch {
  readonly courses: () => readonly AlertCourse[];
  readonly stop: () => Promise<void>;
}

/** Notes when alerts begin to fire and when they end. An alert of several stages is one a stage. */
export function watchAlerts(prometheus: Pick<Prometheus, 'alerts'>): AlertWatch {
  const startedMs = Date.now();
  const seen = new Map<string, { readonly name: string; readonly summary: string; readonly firedAfterS: number; endedAfterS?: number }>();
  const over = new AbortController();
  /** The numbers in it change while it fires. */
  const keyOf = (name: string, summary: string): string => `${name} ${summary.replaceAll(/\d[\d.]*/g, '#')}`;
  const look = async (): Promise<void> => {
    const firing = new Set<string>();
    const now = Math.round((Date.now() - startedMs) / 1000);
    for (const { name, state, summary } of await prometheus.alerts()) {
      if (state !== 'firing') continue;
      const key = keyOf(name, summary);
      firing.add(key);
      const before = seen.get(key);
      if (before === undefined) seen.set(key, { name, summary, firedAfterS: now });
      else delete before.endedAfterS;
    }
    for (const [key, course] of seen) if (!firing.has(key)) course.endedAfterS ??= now;
  };
  const running = (async () => {
    while (!over.signal.aborted) {
      await look().catch(() => undefined);
      await sleep(1000, over.signal).catch(() => undefined);
    }
  })();
  return {
    courses: () => [...seen.values()].map(({ name, summary, firedAfterS, endedAfterS }) => ({ name, summary, firedAfterS, endedAfterS })),
    stop: async () => {
      over.abort();
      await running;
    },
  };
}
