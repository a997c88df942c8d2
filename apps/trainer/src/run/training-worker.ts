import { describeError, sleep } from '@mammoline/kernel';
import type { ServiceWorker } from '@mammoline/service';
import { leaseMs, trainUnderLease, type TrainingPorts } from './train-under-lease.ts';
import { trainingOwner } from './training-owner.ts';

/** Looks for runs this often when nobody wakes it: a lease that expired announces itself to nobody. */
const lookEveryMs = 5_000;

export interface TrainingWorker extends ServiceWorker {
  /** A run was asked for: look now. */
  readonly wake: () => void;
}

/** Takes one run after the other, each under a lease that all replicas share. */
export function trainingWorker(ports: TrainingPorts): TrainingWorker {
  const { catalogue, log } = ports;
  const owner = trainingOwner();
  let woken = new AbortController();
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
            await trainUnderLease(run, owner, ports, stopping);
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
