import { outgoing, trainingRequested, type trainingV1 } from '@mammoline/contracts';
import { deriveUuid, invalid, kindWord, newUuid } from '@mammoline/kernel';
import { hashOfRecipe } from '@mammoline/segmentation';
import type { Runtime } from '@mammoline/service';
import { crossingPatients } from '../split/crossing-patients.ts';
import { buildSplit } from '../split/build-split.ts';
import { parseTrainingRequest } from '../training-options.ts';
import { leaveOutOlder } from './leave-out-older.ts';

/**
 * Records a run and its split, and tells the workers.
 * @throws Failure invalid naming the field at fault, or where there is nothing to learn from
 */
export async function startTraining(
  request: trainingV1.StartTrainingRequest,
  { catalogue, commit }: Pick<Runtime, 'catalogue' | 'commit'>,
): Promise<trainingV1.StartTrainingResponse> {
  const options = parseTrainingRequest(request);
  const prepared = await catalogue.preparedViews(options.abnormalityKind);
  if (prepared.length === 0) {
    const kind = options.abnormalityKind === undefined ? '' : ` of kind ${kindWord(options.abnormalityKind)}`;
    throw invalid(`found no prepared view with a merged mask${kind}; import mammograms with their masks first`, {
      field: 'abnormality_kind',
    });
  }
  const views = await leaveOutOlder(prepared, options, catalogue);
  const split = buildSplit(views, await catalogue.patientTraits(options.abnormalityKind), options);
  const runId = request.requestId === '' ? newUuid() : deriveUuid('training run', request.requestId);
  await commit(`training ${runId}`, {
    write: async (tx) => {
      await tx.saveSplit(split);
      await tx.insertTrainingRun({ id: runId, options, splitHash: split.hash });
    },
    emit: () => [outgoing(trainingRequested, { runId })],
  });
  const viewsOf = (patients: readonly string[]): number => {
    const side = new Set(patients);
    return views.filter((view) => side.has(view.view.patient)).length;
  };
  return {
    runId,
    splitHash: split.hash,
    trainingViews: viewsOf(split.training),
    validationViews: viewsOf(split.validation),
    testViews: viewsOf(split.test),
    crossingPatients: options.split === 'official' ? [...crossingPatients(views)] : [],
    recipeHash: hashOfRecipe(options),
    leftOutViews: prepared.length - views.length,
  };
}
