import type { Mask, RasterF32 } from '@mammoline/imaging';
import { bug } from '@mammoline/kernel';

/**
 * Intersection over union of probabilities, not of a cut mask: sum(p t) / (sum(p) + sum(t) - sum(p t)), with 1e-15 added above and below, so that
 * two empty ones agree. Source: `iouMetric` of github.com/CleonWong/Can-You-Find-The-Tumour (src/lib/unet/unetVgg16.py), the number that it publishes.
 */
export function softIou(probabilities: RasterF32, truth: Mask): number {
  if (truth.data.length !== probabilities.data.length) throw bug('a prediction has no truth of its size');
  let shared = 0;
  let sum = 0;
  for (let at = 0; at < truth.data.length; at += 1) {
    const probability = probabilities.data[at] ?? 0;
    const isTrue = truth.data[at] ?? 0;
    shared += probability * isTrue;
    sum += probability + isTrue;
  }
  return (shared + tiny) / (sum - shared + tiny);
}

const tiny = 1e-15;
