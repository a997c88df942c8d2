import { hostname } from 'node:os';
import { describeError, newUuid, sleep } from '@mammoline/kernel';
import type { Runtime, ServiceWorker } from '@mammoline/service';
import { trainRun } from './train-run.ts';

/** A holder that does not beat for this long has lost the run to the next. */
const leaseMs = 30_000;
const beatEveryMs = 5_000;

/** Looks for runs this often when nobody wakes it: a lease that expired announces itself to nobody. */
const lookEveryMs = 5_000;

export interface TrainingWorker extends ServiceWorker {
  /** A run was asked for: look now. */
  readonly wake: () => void;
}

/** Takes one run after the other, each under a lease that all replicas share. */
export function trainingWorker(
  runtime: Pick<Runtime, 'catalogue' | 'blobs' | 'commit' | 'inSpan' | 'log'> & { readonly codeVersion: string },
): TrainingWorker {
  const { catalogue, log } = runtime;
  const owner = `${hostname()}:${String(process.pid)}:${newUuid()}`;
  let woken = new AbortController();

  const work = async (
    runId: string,
    stopping: AbortSignal,
    carryOut: (signal: AbortSignal) => Promise<void>,
    beat: () => Promise<boolean>,
  ): Promise<void> => {
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
        if (await beat().catch(() => true)) continue;
        log.warn({ runId }, 'the lease of a training run was lost; stopping it');
        lost.abort(new Error('the lease was lost'));
        return;
      }
    })();
    try {
      await carryOut(AbortSignal.any([stopping, lost.signal]));
    } finally {
      over.abort();
      await beating;
    }
  };

  return {
    name: 'training',
    wake: () => {
      woken.abort();
    },
    run: async (stopping) => {
      const isStopping = (): boolean => stopping.aborted;
      while (!isStopping()) {
        woken = new AbortController();
        try {
          const run = await catalogue.trainingLeases.acquire(owner, leaseMs);
          if (run !== undefined) {
            try {
              await work(
                run.id,
                stopping,
                (signal) => runtime.inSpan('train', { 'mammoline.run.id': run.id }, () => trainRun(run, runtime, signal)),
                () => catalogue.trainingLeases.beat(run.id, owner, leaseMs),
              );
            } finally {
              // Of a run that has ended this changes nothing; any other goes back to the queue with its checkpoint.
              await catalogue.trainingLeases.release(run.id, owner, isStopping() ? 'unspent' : 'spent');
            }
            continue;
          }
        } catch (error) {
          if (!isStopping()) log.warn({ err: describeError(error) }, 'training was interrupted; trying again');
        }
        await sleep(lookEveryMs, AbortSignal.any([stopping, woken.signal])).catch(() => undefined);
      }
    },
  };
}
