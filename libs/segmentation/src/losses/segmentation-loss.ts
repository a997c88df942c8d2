import { assertNever } from '@mammoline/kernel';
import type { Scalar, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { softDiceLoss } from './soft-dice-loss.ts';

export const lossNames = ['bce', 'dice', 'bce+dice', 'bce+image-dice'] as const;
export type LossName = (typeof lossNames)[number];

/** Cross-entropy teaches every pixel from the first step; Dice counters that lesions are one pixel in a hundred. */
export function segmentationLoss(tf: TensorFlow, name: LossName, logits: Tensor4D, truth: Tensor4D): Scalar {
  switch (name) {
    case 'bce':
      return binaryCrossEntropy(tf, logits, truth);
    case 'dice':
      return softDiceLoss(tf, logits, truth, 'batch');
    case 'bce+dice':
      return tf.add(binaryCrossEntropy(tf, logits, truth), softDiceLoss(tf, logits, truth, 'batch'));
    case 'bce+image-dice':
      return tf.add(binaryCrossEntropy(tf, logits, truth), softDiceLoss(tf, logits, truth, 'image'));
    default:
      return assertNever(name, 'loss');
  }
}
