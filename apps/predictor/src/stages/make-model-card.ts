import type { CatalogueReader } from '@mammoline/catalogue';
import type { ModelPublished } from '@mammoline/contracts';
import { invalid } from '@mammoline/kernel';
import { done, skip, type Stage } from '@mammoline/service';
import { makeCard, type CardPorts } from '../card/make-card.ts';

export interface MakeModelCardPorts extends CardPorts {
  readonly catalogue: CardPorts['catalogue'] & Pick<CatalogueReader, 'model'>;
}

/** model.published -> the version's card, which GetCard renews when there are scores. */
export const makeModelCard: Stage<ModelPublished, MakeModelCardPorts> = async ({ modelVersionId }, ports, { signal }) => {
  const model = await ports.catalogue.model(modelVersionId);
  if (model === undefined) throw invalid(`found the announcement of model version ${modelVersionId}, which is not in the catalogue`);
  const { stored } = await makeCard(model, ports, signal);
  return stored === undefined ? skip('the card is there') : done({ write: (tx) => tx.saveModelCard(modelVersionId, stored) });
};
