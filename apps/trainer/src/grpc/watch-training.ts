import type { CatalogueReader, TrainingRunRecord } from '@mammoline/catalogue';
import type { trainingV1 } from '@mammoline/contracts';
import { parseUuid, sleep, unavailable } from '@mammoline/kernel';
import { notFound } from '@mammoline/service';
import { trainingOptions } from '../training-options.ts';
import { epochToProto, runStateToProto } from './to-proto.ts';

const lookEveryMs = 500;

/**
 * Streams a run from the epochs done so far until it ends. It reads the catalogue, so it serves any replica's run and outlives a restart of the
 * worker.
 */
export async function* watchTraining(
  request: trainingV1.WatchTrainingRequest,
  { catalogue, stopping }: { readonly catalogue: Pick<CatalogueReader, 'trainingRun'>; readonly stopping: AbortSignal },
  signal: AbortSignal,
): AsyncGenerator<trainingV1.WatchTrainingResponse> {
  const runId = parseUuid(request.runId, 'run_id');
  let epochsTold = 0;
  let last = '';
  for (;;) {
    const run = await catalogue.trainingRun(runId);
    if (run === undefined) throw notFound(`no training run ${runId}; StartTraining gives the id of a run`);
    for (const epoch of run.epochs.slice(epochsTold)) yield { ...underWay(run), epoch: epochToProto(epoch) };
    epochsTold = run.epochs.length;
    const now = `${run.state} ${String(run.stepsDone)} ${String(run.steps)}`;
    if (now !== last) yield { ...progressOf(run), epoch: undefined };
    last = now;
    if (run.state === 'SUCCEEDED' || run.state === 'FAILED') return;
    await sleep(lookEveryMs, AbortSignal.any([signal, stopping])).catch((error: unknown) => {
      if (stopping.aborted) throw unavailable('the trainer is stopping; watch the run again when it is back', { cause: error });
      throw error;
    });
  }
}

/** Epochs come before the end, also to one who watches a run that has ended. */
function underWay(run: TrainingRunRecord): Omit<trainingV1.WatchTrainingResponse, 'epoch'> {
  return { ...progressOf(run), state: runStateToProto.RUNNING, modelVersionId: '', error: '' };
}

function progressOf(run: TrainingRunRecord): Omit<trainingV1.WatchTrainingResponse, 'epoch'> {
  return {
    state: runStateToProto[run.state],
    stepsDone: run.stepsDone,
    steps: run.steps,
    // Not all of the options: runs of former versions have others.
    epochs: trainingOptions.pick({ epochs: true }).parse(run.options).epochs,
    modelVersionId: run.modelVersionId ?? '',
    error: run.error ?? '',
  };
}
