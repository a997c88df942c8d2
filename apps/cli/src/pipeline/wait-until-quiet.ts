import type { CatalogueReader } from '@mammoline/catalogue';
import { sleep } from '@mammoline/kernel';
import type { GroupDepth, Transport } from '@mammoline/messaging';
import type { ProgressDisplay } from '../terminal/progress.ts';

export interface QuietPorts {
  readonly catalogue: Pick<CatalogueReader, 'outboxDepth' | 'stageStatistics'>;
  readonly transport: Pick<Transport, 'depths'>;
}

/** What waits in the pipeline now: unpublished events, and events by stage. */
export interface PipelineDepth {
  readonly outbox: number;
  readonly byStage: ReadonlyMap<string, number>;
  readonly total: number;
}

export async function pipelineDepth({ catalogue, transport }: QuietPorts): Promise<PipelineDepth> {
  const outbox = await catalogue.outboxDepth();
  const depths = await transport.depths();
  const byStage = new Map<string, number>();
  for (const { group, pending } of depths) byStage.set(group, (byStage.get(group) ?? 0) + pending);
  return { outbox, byStage, total: outbox + depths.reduce((sum, depth: GroupDepth) => sum + depth.pending, 0) };
}

/** Postgres or a broker that comes back is waited for as long as a service is. */
const usualPatience = { tries: 60, betweenMs: 2_000 };

/**
 * Waits until nothing waits, runs or is about to be sent.
 * Outbox and queues are read one after the other, so an event could slip from one to the other between the reads: quiet is only believed
 * when two looks in a row find nothing and no stage has taken an event between them.
 * @throws what the looks fail with, where they do for two minutes
 */
export async function waitUntilQuiet(
  ports: QuietPorts,
  progress: ProgressDisplay,
  signal: AbortSignal,
  intervalMs = 300,
  patience = usualPatience,
): Promise<void> {
  let takenBefore: number | undefined;
  let done = 0;
  let waitingBefore = 0;
  for (;;) {
    const { depth, taken } = await lookPatiently(ports, patience, signal);
    // What went away is done; what came meanwhile hides some of it, which is good enough for a bar.
    done += Math.max(0, waitingBefore - depth.total);
    waitingBefore = depth.total;
    const waiting = [...depth.byStage].filter(([, pending]) => pending > 0).map(([stage, pending]) => `${stage} ${String(pending)}`);
    if (done + depth.total > 0) progress.update('pipeline', { done, total: done + depth.total, note: waiting.join(', ') });
    if (taken !== undefined && taken === takenBefore) return;
    takenBefore = taken;
    await sleep(intervalMs, signal);
  }
}

interface Look {
  readonly depth: PipelineDepth;
  /** Events that stages have taken so far; only where nothing waits. */
  readonly taken: number | undefined;
}

async function lookPatiently(ports: QuietPorts, { tries, betweenMs }: typeof usualPatience, signal: AbortSignal): Promise<Look> {
  for (let number = 1; ; number += 1) {
    try {
      const depth = await pipelineDepth(ports);
      if (depth.total > 0) return { depth, taken: undefined };
      const statistics = await ports.catalogue.stageStatistics();
      return { depth, taken: statistics.reduce((sum, stage) => sum + stage.count, 0) };
    } catch (error) {
      if (number === tries) throw error;
      await sleep(betweenMs, signal);
    }
  }
}
