import type { CatalogueReader } from '@mammoline/catalogue';
import { outgoing, predictionRequested, type ModelPublished } from '@mammoline/contracts';
import { bug, invalid } from '@mammoline/kernel';
import { done, type Stage } from '@mammoline/service';
import { viewsOfPatients } from '../predict/views-of-patients.ts';

export interface RequestTestPredictionsPorts {
  readonly catalogue: Pick<CatalogueReader, 'model' | 'split' | 'listViews'>;
}

/** model.published -> prediction.requested for every prepared view of the patients whom the split keeps for the test. */
export const requestTestPredictions: Stage<ModelPublished, RequestTestPredictionsPorts> = async ({ modelVersionId }, { catalogue }) => {
  const model = await catalogue.model(modelVersionId);
  if (model === undefined) throw invalid(`found the announcement of model version ${modelVersionId}, which is not in the catalogue`);
  const split = await catalogue.split(model.splitHash);
  if (split === undefined) throw bug(`model version ${modelVersionId} names the split ${model.splitHash}, which is not in the catalogue`);
  const views = await viewsOfPatients(split.test, model.abnormalityKind, catalogue);
  return done({
    emit: views.flatMap(({ preparedViews }) =>
      preparedViews
        .filter(({ abnormalityKind }) => model.abnormalityKind === undefined || model.abnormalityKind === abnormalityKind)
        .map(({ id, view, abnormalityKind }) =>
          outgoing(predictionRequested, { view, abnormalityKind, preparedViewId: id, modelVersionId }),
        ),
    ),
  });
};
