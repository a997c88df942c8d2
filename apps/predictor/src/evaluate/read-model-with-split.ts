import type { CatalogueReader, ModelVersionRecord, SplitRecord } from '@mammoline/catalogue';
import { bug } from '@mammoline/kernel';
import { chooseModel } from '../grpc/choose-model.ts';

export interface ModelWithSplit {
  readonly model: ModelVersionRecord;
  readonly split: SplitRecord;
}

/** The model version of an id or alias with the patients that it learnt from. Throws as chooseModel does. */
export async function readModelWithSplit(
  reference: string,
  catalogue: Pick<CatalogueReader, 'model' | 'modelOfAlias' | 'split'>,
  field?: string,
): Promise<ModelWithSplit> {
  const model = await chooseModel(reference, catalogue, field);
  const split = await catalogue.split(model.splitHash);
  if (split === undefined) throw bug(`model version ${model.id} names the split ${model.splitHash}, which is not in the catalogue`);
  return { model, split };
}
