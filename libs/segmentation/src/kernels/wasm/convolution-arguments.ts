import type { backend_util as backendUtil, NamedAttrMap, NamedTensorInfoMap } from '@tensorflow/tfjs';
import { bug } from '@mammoline/kernel';
import type { Tensor4D, TensorFlow } from '../../backend/tensorflow.ts';

export type Shape4D = [number, number, number, number];

/** What a kernel of this folder is called with. */
export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs?: NamedAttrMap;
}

/** An input of a kernel as the tensor that it is. @throws Failure bug where it is none */
export function inputOf(tf: TensorFlow, { inputs }: KernelCall, name: string): Tensor4D {
  const input = inputs[name];
  if (!(input instanceof tf.Tensor)) throw bug(`the kernel got no tensor ${name}`);
  return tf.reshape(input, shapeOf(input.shape, name));
}

/** An attribute that is a shape of four. */
export function shapeAttribute({ attrs }: KernelCall, name: string): Shape4D {
  return shapeOf(attrs?.[name], name);
}

/** Sizes and padding of a convolution, from its input, its filter and the kernel's attributes. */
export function convolutionInfo(tf: TensorFlow, call: KernelCall, input: Shape4D, filter: Shape4D): backendUtil.Conv2DInfo {
  const { strides, pad }: { readonly strides?: unknown; readonly pad?: unknown } = call.attrs ?? {};
  if (pad !== 'same' && pad !== 'valid') throw bug(`a convolution has the padding ${JSON.stringify(pad)}, expected same or valid`);
  const [down, across] = typeof strides === 'number' ? [strides, strides] : listOf(strides);
  if (typeof down !== 'number' || typeof across !== 'number') throw bug(`a convolution has the strides ${JSON.stringify(strides)}`);
  return tf.backend_util.computeConv2DInfo(input, filter, [down, across], 1, pad);
}

function shapeOf(value: unknown, name: string): Shape4D {
  const [a, b, c, d, ...more] = listOf(value);
  if (typeof a === 'number' && typeof b === 'number' && typeof c === 'number' && typeof d === 'number' && more.length === 0)
    return [a, b, c, d];
  throw bug(`${name} has the shape ${JSON.stringify(value)}, expected four numbers`);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
