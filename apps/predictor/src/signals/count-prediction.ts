import { Counter, Histogram, type Registry } from 'prom-client';
import type { Segmentation } from '../predict/segment-image.ts';

/** Runs a prediction and counts what came of it. */
export type CountPrediction = (predict: () => Promise<Segmentation>, signal: AbortSignal) => Promise<Segmentation>;

const outcomes = ['found', 'empty', 'failed'] as const;

/** What the predictor answers; the candidate's answers beside the champion's are counted by the shadow. */
export function createPredictionCounts(registry: Registry): CountPrediction {
  const registers = [registry];
  const predictions = new Counter({
    name: 'mammoline_predictions_total',
    help: 'Mammograms that were predicted, by outcome: found (the mask marks something), empty, failed.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const probability = new Histogram({
    name: 'mammoline_prediction_probability_ratio',
    help: 'Largest pixel probability of a prediction, 0 to 1.',
    buckets: [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1],
    registers,
  });
  // Prometheus sees no increase in a series that begins with its first.
  for (const outcome of outcomes) predictions.inc({ outcome }, 0);
  const count = (outcome: (typeof outcomes)[number]): void => {
    predictions.inc({ outcome });
  };
  return async (predict, signal) => {
    try {
      const segmentation = await predict();
      count(segmentation.areaPx > 0 ? 'found' : 'empty');
      probability.observe(segmentation.probability);
      return segmentation;
    } catch (error) {
      if (!signal.aborted) count('failed');
      throw error;
    }
  };
}
