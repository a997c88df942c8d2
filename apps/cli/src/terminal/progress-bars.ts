import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { ProgressDisplay } from './progress.ts';

/** Progress as bars that are drawn over, for a terminal. */
export function openBars(stream: NodeJS.WritableStream): ProgressDisplay {
  const multi = new MultiBar(
    { stream, format: '{name} {bar} {value}/{total} {note}', hideCursor: true, clearOnComplete: false, barsize: 30, autopadding: true },
    Presets.shades_classic,
  );
  const bars = new Map<string, SingleBar>();
  return {
    update: (name, { done, total, note = '' }) => {
      let bar = bars.get(name);
      if (bar === undefined) {
        bar = multi.create(total ?? 0, done, { name: name.padEnd(14), note });
        bars.set(name, bar);
      }
      bar.setTotal(Math.max(total ?? done, done));
      bar.update(done, { note });
    },
    close: () => {
      multi.stop();
    },
  };
}
