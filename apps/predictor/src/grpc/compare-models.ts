import type { ModelVersionRecord } from '@mammoline/catalogue';
import type { modelsV1 } from '@mammoline/contracts';
import { evaluateModel, meanScores } from './evaluate-model.ts';

/** Scores of two versions over the test views that both have been scored on. */
export async function compareModels(
  a: ModelVersionRecord,
  b: ModelVersionRecord,
  catalogue: Parameters<typeof evaluateModel>[1],
): Promise<modelsV1.CompareResponse> {
  const [ofA, ofB] = [await evaluateModel(a, catalogue), await evaluateModel(b, catalogue)];
  const inB = new Map(ofB.perView.map((view) => [view.caseName, view]));
  const views = ofA.perView.flatMap(({ caseName, score }) => {
    const other = inB.get(caseName)?.score;
    return score === undefined || other === undefined ? [] : [{ caseName, a: score, b: other }];
  });
  const compared = new Set(views.map(({ caseName }) => caseName));
  const all = [ofA, ofB].flatMap(({ perView, unscored }) => [...perView.map(({ caseName }) => caseName), ...unscored]);
  return {
    a: { modelVersionId: a.id, validationDice: a.validationDice, ...meanScores(views.map((view) => view.a)) },
    b: { modelVersionId: b.id, validationDice: b.validationDice, ...meanScores(views.map((view) => view.b)) },
    views,
    notCompared: [...new Set(all)].filter((caseName) => !compared.has(caseName)).sort(),
  };
}
