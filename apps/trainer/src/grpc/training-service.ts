import type { trainingV1 } from '@mammoline/contracts';
import { parseUuid } from '@mammoline/kernel';
import { notFound, pageRequest, type Runtime } from '@mammoline/service';
import { startTraining } from './start-training.ts';
import { modelToProto, runStateToProto } from './to-proto.ts';
import { watchTraining } from './watch-training.ts';

/** TrainingService over the catalogue; the training itself is the worker's. */
export function trainingService(runtime: Pick<Runtime, 'catalogue' | 'commit' | 'stopping'>): trainingV1.TrainingServiceImplementation {
  const { catalogue } = runtime;
  return {
    startTraining: (request) => startTraining(request, runtime),

    watchTraining: (request, { signal }) => watchTraining(request, runtime, signal),

    async cancelTraining(request) {
      const id = parseUuid(request.runId, 'run_id');
      const wasUnderWay = await runtime.commit(`cancelling ${id}`, { write: (tx) => tx.cancelTrainingRun(id) });
      const run = await catalogue.trainingRun(id);
      if (run === undefined) throw notFound(`no training run ${id}; StartTraining gives the id of a run`);
      return { state: runStateToProto[run.state], wasUnderWay };
    },

    async listModels(request) {
      const page = await catalogue.listModels(pageRequest(request));
      return { models: page.rows.map((model) => modelToProto(model, [])), nextPageToken: page.nextPageToken ?? '' };
    },

    async getModel(request) {
      const id = parseUuid(request.modelVersionId, 'model_version_id');
      const model = await catalogue.model(id);
      if (model === undefined) throw notFound(`no model version ${id}; ListModels names those that are`);
      return { model: modelToProto(model, await catalogue.trainingEpochs(model.runId)) };
    },
  };
}
