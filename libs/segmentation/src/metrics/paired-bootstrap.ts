import { bootstrapIntervals, drawStatistics, type BootstrapOptions, type Interval } from './bootstrap.ts';
import { mean } from './mean.ts';

/** Scores of the same views by two models. */
export interface PairedScore {
  readonly ours: number;
  readonly theirs: number;
}

export interface PairedDifference {
  /** Mean over all views of ours minus theirs. */
  readonly difference: number;
  /** Undefined for one patient alone. */
  readonly interval: Interval | undefined;
  /** Two-sided: twice the smaller share of draws in which the difference has the one or the other sign; at most 1. */
  readonly pValue: number;
}

/**
 * Whether one model is better than another on the same views: patients are drawn with replacement, each with the scores of both models, so that what makes a patient
 * hard for both cancels out (paired bootstrap; Efron and Tibshirani 1993, chapter 16; Koehn 2004).
 * @param patients the views of each patient
 */
export function pairedBootstrap(patients: readonly (readonly PairedScore[])[], options: BootstrapOptions): PairedDifference {
  const difference = (drawn: readonly (readonly PairedScore[])[]): number =>
    mean(drawn.flatMap((views) => views.map(({ ours, theirs }) => ours - theirs)));
  const statistics = (drawn: readonly (readonly PairedScore[])[]): readonly number[] => [difference(drawn)];
  const [values = []] = drawStatistics(patients, statistics, options);
  const [interval] = bootstrapIntervals(patients, statistics, options);
  const notAbove = values.filter((value) => value <= 0).length;
  const notBelow = values.filter((value) => value >= 0).length;
  return {
    difference: difference(patients),
    interval,
    pValue: values.length === 0 ? 1 : Math.min(1, (2 * Math.min(notAbove, notBelow)) / values.length),
  };
}
