import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import { modelAliases, parseUuid } from '@mammoline/kernel';
import { notFound } from '@mammoline/service';

/**
 * The model version of an id or alias, as of now; the champion for an empty text.
 * @param field that names the version in the request
 * @throws ServerError NOT_FOUND; Failure invalid for a text that is neither
 */
export async function chooseModel(
  reference: string,
  catalogue: Pick<CatalogueReader, 'model' | 'modelOfAlias'>,
  field = 'model_version_id',
): Promise<ModelVersionRecord> {
  const alias = reference === '' ? 'champion' : modelAliases.find((known) => known === reference);
  if (alias === undefined) {
    const model = await catalogue.model(parseUuid(reference, field));
    if (model === undefined) throw notFound(`no model version ${reference}; ListModels names those that are`);
    return model;
  }
  const model = await catalogue.modelOfAlias(alias);
  if (model !== undefined) return model;
  throw notFound(
    alias === 'champion'
      ? 'no model has been published yet: train one first'
      : `no model version is ${alias}; "models promote" makes one it`,
  );
}
