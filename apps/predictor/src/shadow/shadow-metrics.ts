import { Counter, Histogram, type Registry } from 'prom-client';

/** How the candidate agrees with the champion. */
export function shadowMetrics(registry: Registry) {
  const registers = [registry];
  return {
    predictions: new Counter({
      name: 'mammoline_shadow_predictions_total',
      help: 'Mammograms that the champion answered, by what came of the candidate: compared, failed, or dropped since it was behind.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    dice: new Histogram({
      name: 'mammoline_shadow_dice_ratio',
      help: 'Dice of the masks of champion and candidate; 1 where both are empty.',
      buckets: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1],
      registers,
    }),
    probabilityDifference: new Histogram({
      name: 'mammoline_shadow_probability_difference_ratio',
      help: "The candidate's largest probability less the champion's.",
      buckets: [-0.5, -0.2, -0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
      registers,
    }),
  };
}
