import { trainingV1 } from '@mammoline/contracts';
import { newUuid, unavailable } from '@mammoline/kernel';
import { training, type LaptopClients } from '../clients/laptop-clients.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';

/** A trainer that has nothing else to do takes a run at once. */
const queuedMs = 3_000;

export type TrainingOptions = Partial<Omit<trainingV1.StartTrainingRequest, '$type'>>;

/**
 * Starts a training run and watches it until it ends.
 * @param say told of a run that does not begin at once
 * @param onStarted told once the run is recorded: its split's sizes
 * @returns the id of the new model version
 * @throws Failure unavailable with the run's own error where it failed
 */
export async function trainModel(
  clients: LaptopClients,
  options: TrainingOptions,
  progress: ProgressDisplay,
  say: (text: string) => void,
  onStarted: (run: trainingV1.StartTrainingResponse) => void,
  signal: AbortSignal,
): Promise<string> {
  const requestId = newUuid();
  const run = await clients.call(training, (client) => client.startTraining({ ...options, requestId }, { signal }));
  onStarted(run);
  if (run.crossingPatients.length > 0) say(sayCrossing(run.crossingPatients));
  if (run.leftOutViews > 0)
    say(
      `${String(run.leftOutViews)} views are left out: an older version prepared them, this one could not, and they have no picture that the recipe learns from; \`mammoline dead-letters\` names the files to mend`,
    );
  let queued: NodeJS.Timeout | undefined;
  try {
    return await clients.call(training, async (client) => {
      let note = '';
      let epochsDone = 0;
      let done = 0;
      for await (const step of client.watchTraining({ runId: run.runId }, { signal })) {
        clearTimeout(queued);
        if (step.state === trainingV1.RunState.RUN_STATE_QUEUED)
          queued = setTimeout(say, queuedMs, 'waiting: an earlier training run is not finished; the trainer takes one at a time');
        const { epoch } = step;
        if (epoch !== undefined) {
          epochsDone = epoch.epoch;
          note = `epoch ${String(epoch.epoch)} of ${String(step.epochs)}, loss ${epoch.loss.toFixed(3)}, validation Dice ${epoch.validationDice.toFixed(3)}`;
        }
        // All steps done: of the epoch that was told last, or of one that is being validated. What is shown never goes back.
        const withinEpoch = step.stepsDone < step.steps ? step.stepsDone : 0;
        done = Math.max(done, epochsDone * step.steps + withinEpoch);
        if (step.steps > 0) progress.update('training', { done, total: step.epochs * step.steps, note });
        if (step.state === trainingV1.RunState.RUN_STATE_SUCCEEDED) return step.modelVersionId;
        if (step.state === trainingV1.RunState.RUN_STATE_FAILED) throw unavailable(`the training run ${run.runId} failed: ${step.error}`);
      }
      throw unavailable(`the trainer stopped telling of run ${run.runId} before it had ended; look again with "mammoline models"`);
    });
  } finally {
    clearTimeout(queued);
  }
}

function sayCrossing(patients: readonly string[]): string {
  const some = `${patients.slice(0, 5).join(', ')}${patients.length > 5 ? ', …' : ''}`;
  return `${String(patients.length)} patients are in Training of one kind and in Test of the other (${some}): all their views are for the test`;
}
