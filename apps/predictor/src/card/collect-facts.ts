import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import { bug } from '@mammoline/kernel';
import { evaluationSchema } from '@mammoline/segmentation';
import { evaluateModel } from '../grpc/evaluate-model.ts';
import type { CardFacts } from './card-facts.ts';
import { evaluationTables } from './evaluation-tables.ts';

export type CardCatalogue = Pick<CatalogueReader, 'split' | 'trainingRun' | 'listViews' | 'listPredictions' | 'evaluation'>;

/** What the catalogue knows of a version now. */
export async function collectFacts(model: ModelVersionRecord, catalogue: CardCatalogue): Promise<CardFacts> {
  const [split, run] = [await catalogue.split(model.splitHash), await catalogue.trainingRun(model.runId)];
  if (split === undefined || run === undefined) throw bug(`model version ${model.id} has no split or no training run in the catalogue`);
  const { views, meanDice, medianDice, meanIou, medianIou, unscored } = await evaluateModel(model, catalogue);
  const evaluated = await catalogue.evaluation(model.id);
  const details = evaluated === undefined ? [] : evaluationTables(evaluationSchema.parse(evaluated.evaluation));
  return { model, split, run, test: { views, unscored: unscored.length, meanDice, medianDice, meanIou, medianIou, details } };
}
