import { invalid } from '@mammoline/kernel';
import type { NamedArray } from '../weights/named-arrays.ts';

/**
 * Computes with weights as TensorFlow does: either array may be a scalar, or have one value a channel (the last axis of the other).
 * @throws Failure invalid for shapes that are neither
 */
export function foldConstants(a: NamedArray, b: NamedArray, operation: (a: number, b: number) => number): NamedArray {
  const [larger, smaller] = a.values.length >= b.values.length ? [a, b] : [b, a];
  const isOfChannels = smaller.values.length === 1 || smaller.values.length === larger.shape.at(-1);
  if (!isOfChannels && smaller.values.length !== larger.values.length) {
    throw invalid(
      `found weights of ${a.shape.join(' x ')} and ${b.shape.join(' x ')} to compute with, expected one value a channel of the other`,
    );
  }
  const [lengthA, lengthB] = [a.values.length, b.values.length];
  const values = Float32Array.from(larger.values, (_, at) => operation(a.values[at % lengthA] ?? 0, b.values[at % lengthB] ?? 0));
  return { shape: larger.shape, values };
}
