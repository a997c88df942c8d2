import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import { parseUuid } from '@mammoline/kernel';
import { notFound } from '@mammoline/service';

/** The model version of the id, or the newest for an empty one. @throws ServerError NOT_FOUND; Failure invalid for a text that is no id */
export async function chooseModel(id: string, catalogue: Pick<CatalogueReader, 'model' | 'newestModel'>): Promise<ModelVersionRecord> {
  const model = id === '' ? await catalogue.newestModel() : await catalogue.model(parseUuid(id, 'model_version_id'));
  if (model !== undefined) return model;
  throw notFound(
    id === '' ? 'no model has been published yet: train one first' : `no model version ${id}; ListModels names those that are`,
  );
}
