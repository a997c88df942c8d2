import { bug } from '@mammoline/kernel';
import type { Tensor, Tensor1D, Tensor4D } from '../backend/tensorflow.ts';

/** A tensor whose type says less than is known of it, as one of four axes. It costs no operation, as reshaping does. @throws Failure bug where it has others */
export function tensor4DOf(tensor: Tensor): Tensor4D {
  if (!hasFourAxes(tensor)) throw bug(`found ${tensor.rank} axes, expected 4`);
  return tensor;
}

/** Likewise, as one of one axis. */
export function tensor1DOf(tensor: Tensor): Tensor1D {
  if (!hasOneAxis(tensor)) throw bug(`found ${tensor.rank} axes, expected 1`);
  return tensor;
}

const hasFourAxes = (tensor: Tensor): tensor is Tensor4D => tensor.rank === 4;
const hasOneAxis = (tensor: Tensor): tensor is Tensor1D => tensor.rank === 1;
