import type { CatalogueReader } from '@mammoline/catalogue';
import { sleep } from '@mammoline/kernel';
import type { GroupDepth, Transport } from '@mammoline/messaging';
import type { ProgressDisplay } from '../terminal/terminal.ts';

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
  const peaks = new Map<string, number>();
  let takenBefore: number | undefined;
  for (;;) {
    const depth = await pipelineDepth(ports);
    for (const [stage, pending] of depth.byStage) {
      const peak = Math.max(peaks.get(stage) ?? 0, pending);
      peaks.set(stage, peak);
      if (peak > 0) progress.update(stage, { done: peak - pending, total: peak, note: pending > 0 ? `${String(pending)} waiting` : '' });
    }
    let taken: number | undefined;
    if (depth.total === 0) {
      taken = (await ports.catalogue.stageStatistics()).reduce((sum, stage) => sum + stage.count, 0);
      if (taken === takenBefore) return;
    }
    takenBefore = taken;
    await sleep(intervalMs, signal);
  }
}
