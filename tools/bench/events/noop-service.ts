// The service that is measured: the runtime as every service has it, around a stage that computes nothing. Started by start-noop-service.ts, which asks it for reports.
import { maskMerged, outgoing, viewPrepared, type MaskMerged } from '@mammoline/contracts';
import { deriveUuid } from '@mammoline/kernel';
import { bindStage, done, runService, type Stage } from '@mammoline/service';
import { z } from 'zod';
import type { NoopReport } from './noop-report.ts';
import { delaySinceMs } from './sample-events.ts';

let handled = 0;
let firstMs = 0;
let delaysMs: number[] = [];

/** Its whole effect: an inbox row, a catalogue row, an event. */
const doNothing: Stage<MaskMerged, undefined> = ({ view, abnormalityKind, revision }, _ports, { eventId }) => {
  const nowMs = Date.now();
  if (handled === 0) firstMs = nowMs;
  handled += 1;
  if (revision > 0) delaysMs.push(delaySinceMs(revision, nowMs));
  const preparedViewId = deriveUuid('bench', eventId);
  return Promise.resolve(
    done({
      write: (tx) => tx.saveRepair({ kind: 'bench', subject: eventId, was: '', now: '' }),
      emit: [outgoing(viewPrepared, { view, abnormalityKind, preparedViewId, revision: 1, hasMask: true })],
    }),
  );
};

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const report: NoopReport = { handled, firstMs, delaysMs, cpuSeconds: (user + system) / 1e6, rssBytes: rss, heapBytes: heapUsed };
  delaysMs = [];
  process.send?.(report);
});

process.once('disconnect', () => {
  process.exit();
});

await runService({
  name: 'bench-noop',
  config: z.object({ BENCH_CONCURRENCY: z.coerce.number().int(), BENCH_COMMIT_TOGETHER: z.coerce.number().int().optional() }),
  open: (_runtime, { BENCH_CONCURRENCY: concurrency, BENCH_COMMIT_TOGETHER: commitTogether }) => {
    const how = { concurrency, ...(commitTogether !== undefined && { commitTogether }) };
    return Promise.resolve({ stages: [bindStage({ name: 'bench-noop', on: maskMerged, stage: doNothing, ports: undefined, ...how })] });
  },
});
