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

/**
 * Waits until nothing waits, runs or is about to be sent.
 * Outbox and queues are read one after the other, so an event could slip from one to the other between the reads: quiet is only believed
 * when two looks in a row find nothing and no stage has taken an event between them.
 */
export async function waitUntilQuiet(ports: QuietPorts, progress: ProgressDisplay, signal: AbortSignal, intervalMs = 300): Promise<void> {
  let takenBefore: number | undefined;
  let done = 0;
  let waitingBefore = 0;
  for (;;) {
    const depth = await pipelineDepth(ports);
    // What went away is done; what came meanwhile hides some of it, which is good enough for a bar.
    done += Math.max(0, waitingBefore - depth.total);
    waitingBefore = depth.total;
    const waiting = [...depth.byStage].filter(([, pending]) => pending > 0).map(([stage, pending]) => `${stage} ${String(pending)}`);
    if (done + depth.total > 0) progress.update('pipeline', { done, total: done + depth.total, note: waiting.join(', ') });
    let taken: number | undefined;
    if (depth.total === 0) {
      taken = (await ports.catalogue.stageStatistics()).reduce((sum, stage) => sum + stage.count, 0);
      if (taken === takenBefore) return;
    }
    takenBefore = taken;
    await sleep(intervalMs, signal);
  }
}
