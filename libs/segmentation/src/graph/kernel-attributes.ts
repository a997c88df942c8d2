import { invalid } from '@mammoline/kernel';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs';

/** @throws Failure invalid where an attribute of a kernel is another than the graph can tell */
export function expectAttributes(what: string, attrs: NamedAttrMap | undefined, expected: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(expected)) {
    const found = attrs?.[name];
    const normalised = name === 'axis' || typeof found === 'string' ? found : Array.isArray(value) ? numbers(found) : found;
    if (JSON.stringify(normalised) !== JSON.stringify(value)) {
      throw invalid(`found ${what} with ${name} ${JSON.stringify(found)}, expected ${JSON.stringify(value)}: the graph knows no other`);
    }
  }
}

/** The stride of a convolution that keeps the sides or divides them, without a rest: with one, where TensorFlow's SAME puts its margins would depend on the size. */
export function strideOf(what: string, { shape }: TensorInfo, attrs: NamedAttrMap | undefined): number {
  const [stride = 0] = numbers(attrs?.['strides']);
  expectAttributes(what, attrs, { pad: 'same', strides: [stride, stride], dilations: [1, 1], dataFormat: 'NHWC' });
  if ((shape[1] ?? 0) % stride !== 0 || (shape[2] ?? 0) % stride !== 0)
    fail(`${what} with the stride ${String(stride)} of sides that it does not divide`);
  return stride;
}

/** The shape of what a convolution with the stride makes. */
export function shrunk({ shape: [batch = 0, rows = 0, columns = 0] }: TensorInfo, stride: number, channels: number): number[] {
  return [batch, rows / stride, columns / stride, channels];
}

/** An attribute that is a number (of both sides) or several. */
export function numbers(attribute: unknown): number[] {
  return typeof attribute === 'number' ? [attribute, attribute] : Array.isArray(attribute) ? attribute.map(Number) : [];
}

/** @throws Failure invalid, always: the network does what the graph has no word for */
export function fail(what: string): never {
  throw invalid(`found ${what} in the network: the graph can't tell it`);
}
