import type { BlobStore } from '@mammoline/blobs';
import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import type { predictionV1 } from '@mammoline/contracts';
import { invalid, type PatientCode } from '@mammoline/kernel';
import { compareEvaluations, summariseEvaluation, type EvaluatedModel, type Evaluation } from '@mammoline/segmentation';
import type { Runtime } from '@mammoline/service';
import type { Segmenters } from '../models/open-segmenters.ts';
import { assignModels } from './assign-models.ts';
import { readModelWithSplit, type ModelWithSplit } from './read-model-with-split.ts';
import { scoreViews } from './score-views.ts';

export interface EvaluateModelsPorts {
  readonly catalogue: Pick<CatalogueReader, 'model' | 'modelOfAlias' | 'split' | 'listViews'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly segmenters: Pick<Segmenters, 'withModel'>;
  readonly commit: Runtime['commit'];
}

const defaultSamples = 1000;
const mostSamples = 10_000;

/**
 * Evaluates the models on the patients whom they keep for the test, and others beside them on the same views.
 * @param tell how many views of how many are done
 * @throws Failure invalid where a model learnt from a patient that it is to be evaluated on
 */
export async function evaluateModels(
  request: predictionV1.EvaluateModelsRequest,
  ports: EvaluateModelsPorts,
  tell: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<Evaluation> {
  const { catalogue, commit } = ports;
  const options = bootstrapOptionsOf(request);
  const ids = request.modelVersionIds.length === 0 ? [''] : request.modelVersionIds;
  const ours = await readModels(ids, catalogue);
  const theirs = await readModels(request.againstModelVersionIds, catalogue);
  const kinds = new Set([...ours, ...theirs].map(({ model }) => model.abnormalityKind));
  if (kinds.size > 1) throw invalid('found models of different kinds of abnormality; expected one kind', { field: 'model_version_ids' });
  const patients = [...new Set(ours.flatMap(({ split }) => split.test))].sort();
  const ensemble = ours.find(({ model }) => model.memberIds.length > 0);
  if (patients.length === 0 && ensemble !== undefined) {
    throw invalid(
      `found no patient whom no member of ${ensemble.model.id} learnt from in training or validation: scores on the others are not to be believed. ` +
        'Evaluate the folds themselves, each on the patients whom it keeps for its test, or make an ensemble of versions with one test side',
      { field: 'model_version_ids' },
    );
  }
  // Both before the first view is predicted: a leak is told at once.
  const ourModels = assignModels(patients, ours);
  const theirModels = theirs.length === 0 ? undefined : assignModels(patients, theirs);

  const passes = theirModels === undefined ? 1 : 2;
  const evaluate = async (models: ReadonlyMap<PatientCode, ModelVersionRecord>, of: readonly ModelWithSplit[], pass: number) => {
    const tellAll = (done: number, all: number): void => {
      tell(pass * all + done, passes * all);
    };
    const { views, unscored, dataHash } = await scoreViews(models, ports, tellAll, signal);
    const about = { createdAt: new Date().toISOString(), models: of.map(evaluatedModel), unscored: [...unscored], dataHash };
    return summariseEvaluation(views, about, options);
  };
  const evaluation = await evaluate(ourModels, ours, 0);
  const [only, another] = ours;
  if (only !== undefined && another === undefined) {
    const modelVersionId = only.model.id;
    await commit(`evaluation of ${modelVersionId}`, { write: (tx) => tx.saveEvaluation({ modelVersionId, evaluation }) });
  }
  if (theirModels === undefined) return evaluation;
  return { ...evaluation, comparison: compareEvaluations(evaluation, await evaluate(theirModels, theirs, 1), options) };
}

function bootstrapOptionsOf({ bootstrapSamples, seed }: predictionV1.EvaluateModelsRequest) {
  if (bootstrapSamples > mostSamples) {
    throw invalid(
      `bootstrap_samples: found ${String(bootstrapSamples)}, expected at most ${String(mostSamples)}, or 0 for ${String(defaultSamples)}`,
      {
        field: 'bootstrap_samples',
      },
    );
  }
  if (seed > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalid(`seed: found ${String(seed)}, expected at most ${String(Number.MAX_SAFE_INTEGER)}`, { field: 'seed' });
  }
  return { samples: bootstrapSamples === 0 ? defaultSamples : bootstrapSamples, seed: Number(seed) };
}

async function readModels(
  ids: readonly string[],
  catalogue: Pick<CatalogueReader, 'model' | 'modelOfAlias' | 'split'>,
): Promise<readonly ModelWithSplit[]> {
  const models: ModelWithSplit[] = [];
  for (const id of ids) models.push(await readModelWithSplit(id, catalogue));
  return models;
}

const evaluatedModel = ({ model }: ModelWithSplit): EvaluatedModel => ({
  id: model.id,
  network: model.network,
  imageSize: model.imageSize,
  threshold: model.threshold,
  smallestAreaShare: model.smallestAreaShare,
  splitHash: model.splitHash,
  ...(model.memberIds.length === 0 ? {} : { members: [...model.memberIds], abstainAbove: model.abstainAbove }),
});
