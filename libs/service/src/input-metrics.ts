import type { Laterality, ViewPosition } from '@mammoline/kernel';
import { Counter, Histogram, type Registry } from 'prom-client';

/** What is known of a mammogram that a network gets; undefined where nobody says. */
export interface InputTraits {
  readonly laterality: Laterality | undefined;
  readonly position: ViewPosition | undefined;
  /** 1 to 4 (BI-RADS a to d). */
  readonly breastDensity: number | undefined;
  /** Of the breast's pixels between the darkest and the brightest of the mammogram, before the contrast is evened out: 0 to 1. */
  readonly meanIntensity: number;
  /** Of the mammogram within its borders, 0 to 1. */
  readonly breastAreaShare: number;
}

export interface InputMetrics {
  observe(traits: InputTraits): void;
}

const twentieths = Array.from({ length: 20 }, (_, index) => (index + 1) / 20);

/** The distributions of the inputs, to tell when they drift away from what a model was trained on. */
export function createInputMetrics(registry: Registry): InputMetrics {
  const registers = [registry];
  const images = new Counter({
    name: 'mammoline_input_images_total',
    help: 'Mammograms that were prepared for a network, by what is known of them: laterality, view position, breast density (1 to 4); unknown where nobody says.',
    labelNames: ['laterality', 'position', 'density'] as const,
    registers,
  });
  const intensity = new Histogram({
    name: 'mammoline_input_mean_intensity_ratio',
    help: "Mean grey value of the breast between the mammogram's darkest (0) and brightest (1), before its contrast is evened out.",
    buckets: twentieths,
    registers,
  });
  const area = new Histogram({
    name: 'mammoline_input_breast_area_ratio',
    help: 'Share of the mammogram within its borders that the breast fills, 0 to 1.',
    buckets: twentieths,
    registers,
  });
  return {
    observe: ({ laterality = 'unknown', position = 'unknown', breastDensity, meanIntensity, breastAreaShare }) => {
      images.inc({ laterality, position, density: breastDensity === undefined ? 'unknown' : String(breastDensity) });
      intensity.observe(meanIntensity);
      area.observe(breastAreaShare);
    },
  };
}
