import type { CatalogueReader } from '@mammoline/catalogue';
import type { PredictionRequested } from '@mammoline/contracts';
import { invalid } from '@mammoline/kernel';
import type { Stage } from '@mammoline/service';
import type { PredictViewPorts } from '../predict/predict-view.ts';
import { predictAsOutcome } from './predict-as-outcome.ts';

export interface PredictRequestedViewPorts extends PredictViewPorts {
  readonly catalogue: PredictViewPorts['catalogue'] & Pick<CatalogueReader, 'model'>;
}

/** prediction.requested -> prediction.completed */
export const predictRequestedView: Stage<PredictionRequested, PredictRequestedViewPorts> = async (event, ports, { signal }) => {
  const { view, abnormalityKind, modelVersionId } = event;
  const model = await ports.catalogue.model(modelVersionId);
  if (model === undefined) throw invalid(`found a request for model version ${modelVersionId}, which is not in the catalogue`);
  return predictAsOutcome({ view, abnormalityKind, model }, ports, signal);
};
