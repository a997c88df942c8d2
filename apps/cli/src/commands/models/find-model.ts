import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import { invalid, modelAliases, parseUuid } from '@mammoline/kernel';

/** The model version that an id or alias names now. @throws Failure invalid where it names none */
export async function findModel(
  reference: string,
  catalogue: Pick<CatalogueReader, 'model' | 'modelOfAlias'>,
): Promise<ModelVersionRecord> {
  const alias = modelAliases.find((known) => known === reference);
  const model = alias === undefined ? await catalogue.model(parseUuid(reference)) : await catalogue.modelOfAlias(alias);
  if (model === undefined) throw invalid(`no model version ${reference}; "mammoline models" lists those that there are`);
  return model;
}
