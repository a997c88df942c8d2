import { parseCaseName } from '@mammoline/kernel';
import { pairedBootstrap, type PairedScore } from '../metrics/paired-bootstrap.ts';
import type { BootstrapOptions } from '../metrics/bootstrap.ts';
import type { Evaluation } from './evaluation-schema.ts';

/** How much better ours are than theirs on the views that both have. */
export function compareEvaluations(ours: Evaluation, theirs: Evaluation, options: BootstrapOptions): NonNullable<Evaluation['comparison']> {
  const theirViews = new Map(theirs.perView.map((view) => [view.case, view]));
  const shared = ours.perView.flatMap((view) => {
    const other = theirViews.get(view.case);
    return other === undefined ? [] : [{ patient: parseCaseName(view.case)?.patient ?? view.case, ours: view, theirs: other }];
  });
  const patients = [...Map.groupBy(shared, ({ patient }) => patient).values()];
  const differenceOf = (score: 'dice' | 'iou'): NonNullable<Evaluation['comparison']>['dice'] => {
    const pairs = patients.map((views) => views.map((view): PairedScore => ({ ours: view.ours[score], theirs: view.theirs[score] })));
    const { difference, interval, pValue } = pairedBootstrap(pairs, options);
    return {
      difference: { value: Number.isFinite(difference) ? difference : 0, low: interval?.low ?? null, high: interval?.high ?? null },
      pValue,
    };
  };
  return { against: theirs.models, patients: patients.length, views: shared.length, dice: differenceOf('dice'), iou: differenceOf('iou') };
}
