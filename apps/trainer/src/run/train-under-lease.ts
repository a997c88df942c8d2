import { sleep } from '@mammoline/kernel';
import type { TrainingRunRecord } from '@mammoline/catalogue';
import type { Runtime } from '@mammoline/service';
import { trainRun } from './train-run.ts';

/** A holder that does not beat for this long has lost the run to the next. */
export const leaseMs = 30_000;
const beatEveryMs = 5_000;

export type TrainingPorts = Pick<Runtime, 'catalogue' | 'blobs' | 'commit' | 'inSpan' | 'log'> & { readonly codeVersion: string };

/** Trains a run while its lease is held, and gives the lease back: of a run that has ended that changes nothing, any other goes back to the queue with its checkpoint. */
export async function trainUnderLease(run: TrainingRunRecord, owner: string, ports: TrainingPorts, stopping: AbortSignal): Promise<void> {
  const { trainingLeases } = ports.catalogue;
  const lost = new AbortController();
  const over = new AbortController();
  const beating = (async () => {
    for (;;) {
      try {
        await sleep(beatEveryMs, over.signal);
      } catch {
        return;
      }
      // A beat that fails is not yet a lost lease: the next may come in time.
      if (await trainingLeases.beat(run.id, owner, leaseMs).catch(() => true)) continue;
      ports.log.warn({ runId: run.id }, 'the lease of a training run was lost; stopping it');
      lost.abort(new Error('the lease was lost'));
      return;
    }
  })();
  try {
    const signal = AbortSignal.any([stopping, lost.signal]);
    await ports.inSpan('train', { 'mammoline.run.id': run.id }, () => trainRun(run, ports, signal));
  } finally {
    over.abort();
    await beating;
    await trainingLeases.release(run.id, owner, stopping.aborted ? 'unspent' : 'spent');
  }
}
