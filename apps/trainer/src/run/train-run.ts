import { hasPicture, pairViews, type PreparedPair, type TrainingRunRecord } from '@mammoline/catalogue';
import { modelPublished, outgoing, type BlobRef } from '@mammoline/contracts';
import { bug, deriveUuid, describeError, Failure, invalid, sha256Of, stableJson, type PatientCode } from '@mammoline/kernel';
import type { Runtime } from '@mammoline/service';
import { z } from 'zod';
import { assertDisjoint } from '../split/assert-disjoint.ts';
import { trainingOptions, type TrainingOptions } from '../training-options.ts';
import type { Finished, TrainingOrder } from './messages.ts';
import { provenanceOf, type Provenance } from './provenance-of.ts';
import { trainInChild } from './train-in-child.ts';

/** A process that dies this often on one run takes the machine's memory, most likely; a person must look. */
const maxAttempts = 5;

const checkpointRow = z.custom<BlobRef>(
  (value) => z.object({ sha256: z.string(), sizeBytes: z.number(), uri: z.string() }).safeParse(value).success,
);

type Ports = Pick<Runtime, 'catalogue' | 'blobs' | 'commit' | 'log'> & { readonly codeVersion: string };

/**
 * Carries out a run under a lease: trains from the start or from the last checkpoint, records each epoch, and publishes the model.
 * Input that can't be trained on fails the run; a killed process and a lost connection leave it to the next holder of the lease.
 * @param signal aborts when the service stops or the lease is lost
 */
export async function trainRun(run: TrainingRunRecord, ports: Ports, signal: AbortSignal): Promise<void> {
  try {
    if (run.attempts > maxAttempts) {
      throw invalid(`the training process died ${String(maxAttempts)} times; is there enough memory? Try a smaller batch or image size`);
    }
    await carryOut(run, ports, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure && error.kind === 'unavailable') throw error;
    ports.log.error({ runId: run.id, err: error }, 'a training run failed');
    await ports.commit(`training failed ${run.id}`, {
      write: (tx) => tx.updateTrainingRun(run.id, { state: 'FAILED', error: describeError(error) }),
    });
  }
}

async function carryOut(run: TrainingRunRecord, ports: Ports, signal: AbortSignal): Promise<void> {
  const { catalogue, blobs, commit, log } = ports;
  const options = trainingOptions.parse(run.options);
  const { order, preparationRecipes } = await orderOf(run, options, ports);
  const provenance = provenanceOf(order, ports.codeVersion, preparationRecipes);
  await catalogue.transaction((tx) => tx.updateTrainingRun(run.id, { provenance }));
  let checkpoint = order.checkpoint;
  const finished = await trainInChild(
    order,
    async (news) => {
      if (news.kind === 'backend') {
        log.info({ runId: run.id, backend: news.name, reason: news.reason, recipe: options.recipe }, 'training on this backend');
        return;
      }
      if (news.kind === 'step') {
        await catalogue.transaction((tx) => tx.updateTrainingRun(run.id, { stepsDone: news.stepsDone, steps: news.steps }));
        return;
      }
      await catalogue.transaction(async (tx) => {
        await tx.saveEpoch(run.id, news.epoch);
        await tx.updateTrainingRun(run.id, { checkpoint: news.checkpoint });
      });
      log.info({ runId: run.id, ...news.epoch }, 'epoch done');
      if (checkpoint !== undefined && checkpoint.sha256 !== news.checkpoint.sha256) await blobs.remove(checkpoint);
      checkpoint = news.checkpoint;
    },
    signal,
  );
  await publish(run, options, finished, provenance, commit);
  if (checkpoint !== undefined) await blobs.remove(checkpoint);
}

async function publish(
  run: TrainingRunRecord,
  options: TrainingOptions,
  finished: Finished,
  provenance: Provenance,
  commit: Runtime['commit'],
): Promise<void> {
  const id = deriveUuid('model', run.id);
  await commit(`model ${id}`, {
    write: async (tx) => {
      await tx.insertModelVersion({
        id,
        runId: run.id,
        network: options.network,
        imageSize: options.imageSize,
        abnormalityKind: options.abnormalityKind,
        parameters: finished.parameters,
        backend: finished.backend,
        weights: finished.weights,
        splitHash: run.splitHash,
        recipeHash: sha256Of(stableJson({ training: options, preparation: provenance.preparationRecipes })),
        bestEpoch: finished.bestEpoch,
        validationDice: finished.validationDice,
        threshold: finished.threshold,
        smallestAreaShare: finished.smallestAreaShare,
        abstainAbove: finished.abstainAbove,
      });
      await tx.updateTrainingRun(run.id, {
        state: 'SUCCEEDED',
        checkpoint: null,
        provenance: { ...provenance, backend: finished.backend },
      });
    },
    emit: () => [outgoing(modelPublished, { modelVersionId: id, runId: run.id })],
  });
}

async function orderOf(
  run: TrainingRunRecord,
  options: TrainingOptions,
  { catalogue }: Ports,
): Promise<{ readonly order: TrainingOrder; readonly preparationRecipes: readonly string[] }> {
  const split = await catalogue.split(run.splitHash);
  if (split === undefined) throw bug(`run ${run.id} names the split ${run.splitHash}, which is not there`);
  assertDisjoint(split);
  const views = (await catalogue.preparedViews(options.abnormalityKind)).filter((view) => hasPicture(view, options.picture));
  const pairsOf = (patients: readonly PatientCode[]): readonly PreparedPair[] => {
    const side = new Set(patients);
    return pairViews(views.filter(({ view }) => side.has(view.patient)));
  };
  const training = pairsOf(split.training);
  const validation = pairsOf(split.validation);
  if (training.length === 0 || validation.length === 0) {
    throw invalid(
      `found ${String(training.length)} prepared views to train on and ${String(validation.length)} to validate on; expected some of each. Were they removed since the run was asked for?`,
    );
  }
  const checkpoint = run.checkpoint === undefined || run.checkpoint === null ? undefined : checkpointRow.parse(run.checkpoint);
  const preparationRecipes = [...new Set(views.map((view) => view.recipeHash))].sort();
  return { order: { runId: run.id, options, training, validation, checkpoint }, preparationRecipes };
}
