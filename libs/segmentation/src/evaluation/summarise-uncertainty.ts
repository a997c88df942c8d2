import { mean } from '../metrics/mean.ts';
import type { Evaluation } from './evaluation-schema.ts';

interface UncertainView {
  readonly dice: number;
  readonly iou: number;
  readonly uncertainty?: number | undefined;
  readonly isAbstained?: boolean | undefined;
}

/** Shares of the views, the most certain first. */
const coverages = [1, 0.9, 0.8, 0.7, 0.6, 0.5];

/** What is gained by leaving the most uncertain views to a person; undefined where no view has an uncertainty. */
export function summariseUncertainty(views: readonly UncertainView[]): Evaluation['uncertainty'] {
  const known = views.flatMap((view) => (view.uncertainty === undefined ? [] : [{ ...view, uncertainty: view.uncertainty }]));
  if (known.length === 0) return undefined;
  const sorted = known.toSorted((a, b) => a.uncertainty - b.uncertainty);
  return {
    kept: scoresOf(known.filter(({ isAbstained }) => isAbstained === false)),
    abstained: scoresOf(known.filter(({ isAbstained }) => isAbstained === true)),
    riskCoverage: coverages.map((coverage) => ({ coverage, ...scoresOf(sorted.slice(0, Math.ceil(coverage * sorted.length))) })),
  };
}

function scoresOf(views: readonly UncertainView[]) {
  if (views.length === 0) return { views: 0, meanDice: null, meanIou: null };
  return { views: views.length, meanDice: mean(views.map(({ dice }) => dice)), meanIou: mean(views.map(({ iou }) => iou)) };
}
