import { describeError, Failure, invalid, sleep, type Uuid } from '@mammoline/kernel';
import { leaseMs, trainUnderLease, type TrainingPorts } from './train-under-lease.ts';
import { trainingOwner } from './training-owner.ts';

/** A run whose turn has not come yet is looked for this often. */
const lookEveryMs = 2_000;

/**
 * Trains one run to its end, and waits where another one is trained: there is one at a time. A run that has ended already says how it ended, so a job may be
 * started again. What another process does with the run meanwhile counts as well.
 * @throws Failure invalid where there is no such run; the signal's reason
 */
export async function trainOnce(runId: Uuid, ports: TrainingPorts, stopping: AbortSignal): Promise<'succeeded' | 'failed'> {
  const { catalogue, log } = ports;
  const owner = trainingOwner();
  let isWaiting = false;
  for (;;) {
    try {
      const run = await catalogue.trainingRun(runId);
      if (run === undefined)
        throw invalid(`--once ${runId}: found no such run, expected one that was asked for (StartTraining, mammoline train)`);
      if (run.state === 'SUCCEEDED') return 'succeeded';
      if (run.state === 'FAILED') {
        log.error({ runId, err: run.error }, 'the training run has failed');
        return 'failed';
      }
      const taken = await catalogue.trainingLeases.acquire(owner, leaseMs, runId);
      if (taken !== undefined) {
        await trainUnderLease(taken, owner, ports, stopping);
        continue;
      }
      if (!isWaiting) log.info({ runId }, 'a run is being trained; waiting for it to end');
      isWaiting = true;
    } catch (error) {
      stopping.throwIfAborted();
      if (error instanceof Failure && error.kind === 'invalid') throw error;
      log.warn({ runId, err: describeError(error) }, 'training was interrupted; trying again');
    }
    await sleep(lookEveryMs, stopping);
  }
}
