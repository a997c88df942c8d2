import type { CatalogueReader } from '@mammoline/catalogue';
import type { ViewPrepared } from '@mammoline/contracts';
import { skip, type Stage } from '@mammoline/service';
import type { PredictViewPorts } from '../predict/predict-view.ts';
import { predictAsOutcome } from './predict-as-outcome.ts';

export interface PredictNewViewPorts extends PredictViewPorts {
  readonly catalogue: PredictViewPorts['catalogue'] & Pick<CatalogueReader, 'modelOfAlias'>;
}

/** view.prepared -> prediction.completed, by the champion. */
export const predictNewView: Stage<ViewPrepared, PredictNewViewPorts> = async ({ view, abnormalityKind }, ports, { signal }) => {
  const model = await ports.catalogue.modelOfAlias('champion');
  if (model === undefined) return skip('no model yet');
  if (model.abnormalityKind !== undefined && model.abnormalityKind !== abnormalityKind) return skip('the champion is of the other kind');
  return predictAsOutcome({ view, abnormalityKind, model }, ports, signal);
};
