import { bug } from '@mammoline/kernel';
import type { KernelBackend, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs';
import type { Tensor, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';
import type { NamedArray } from '../weights/named-arrays.ts';
import { foldConstants } from './fold-constants.ts';
import { expectAttributes, fail, numbers, shrunk, strideOf } from './kernel-attributes.ts';
import { inputId, type GraphNode, type GraphOperation, type NetworkGraph } from './network-graph.ts';

/** A tensor of the backend that records: numbers that are known, or what a node will make. */
type Value = { readonly kind: 'known'; readonly array: NamedArray } | { readonly kind: 'node'; readonly id: number };

export interface GraphRecorder {
  readonly backend: KernelBackend;
  readonly kernels: readonly { readonly kernelName: string; readonly kernelFunc: (call: KernelCall) => TensorInfo }[];
  /** Runs the network on images of the side, and returns what it did. The backend has to be TensorFlow's current one. */
  record(side: number, forward: (images: Tensor4D) => Tensor): NetworkGraph;
}

interface KernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo | undefined>>;
  readonly attrs?: NamedAttrMap | undefined;
}

/** A backend of TensorFlow.js and its kernels. Where a kernel is missing TensorFlow.js says which. */
export function createGraphRecorder(tf: TensorFlow): GraphRecorder {
  const values = new WeakMap<object, Value>();
  /** Tensors that share a value, where they are not one. */
  const references = new WeakMap<object, number>();
  const nodes: GraphNode[] = [];

  const tensorOf = (value: Value, shape: readonly number[]): TensorInfo => {
    const dataId = {};
    values.set(dataId, value);
    return { dataId, shape: [...shape], dtype: 'float32' };
  };
  const valueOf = ({ dataId }: TensorInfo): Value => values.get(dataId) ?? fail('a tensor of another backend');
  const known = (tensor: TensorInfo): NamedArray => {
    const value = valueOf(tensor);
    return value.kind === 'known' ? { ...value.array, shape: tensor.shape } : fail('a filter that depends on the image');
  };
  const node = (operation: GraphOperation, inputs: readonly TensorInfo[], shape: readonly number[]): TensorInfo => {
    const ids = inputs.map((input) => {
      const value = valueOf(input);
      return value.kind === 'node' ? value.id : fail('numbers among the images');
    });
    const id = inputId + 1 + nodes.length;
    nodes.push({ id, inputs: ids, channels: shape.at(-1) ?? 0, operation });
    return tensorOf({ kind: 'node', id }, shape);
  };

  /** One factor and one addend a channel: weights in themselves; of the image a convolution with one pixel, or the bias of the one before. */
  const affine = (image: TensorInfo, factor: NamedArray | undefined, addend: NamedArray | undefined): TensorInfo => {
    const channels = image.shape.at(-1) ?? 0;
    const ofChannels = ({ values: given }: NamedArray): Float32Array =>
      given.length === channels
        ? given
        : given.length === 1
          ? new Float32Array(channels).fill(given[0] ?? 0)
          : fail('weights of other channels');
    const value = valueOf(image);
    const before = value.kind === 'node' ? nodes.find(({ id }) => id === value.id)?.operation : undefined;
    const bias = addend && ofChannels(addend);
    const isConvolution = before?.kind === 'convolve' || before?.kind === 'convolve-depthwise' || before?.kind === 'convolve-up';
    if (factor === undefined && isConvolution && before.bias === undefined) {
      // The one without the bias goes where nothing else needs it.
      const inputs = value.kind === 'node' ? (nodes.find(({ id }) => id === value.id)?.inputs ?? []) : [];
      return node(
        { ...before, bias },
        inputs.map((id) => tensorOf({ kind: 'node', id }, [])),
        image.shape,
      );
    }
    const diagonal = new Float32Array(channels * channels);
    const factors = factor === undefined ? new Float32Array(channels).fill(1) : ofChannels(factor);
    factors.forEach((one, channel) => (diagonal[channel * channels + channel] = one));
    const filter = { shape: [1, 1, channels, channels], values: diagonal };
    return node({ kind: 'convolve', filter, bias, stride: 1 }, [image], image.shape);
  };

  const elementwise =
    (
      fold: (a: number, b: number) => number,
      ofImage: (image: TensorInfo, other: NamedArray, isFirst: boolean) => TensorInfo,
    ): ((call: KernelCall) => TensorInfo) =>
    ({ inputs }) => {
      const [a, b] = [need(inputs, 'a'), need(inputs, 'b')];
      const [first, second] = [valueOf(a), valueOf(b)];
      if (first.kind === 'node') return ofImage(a, known(b), true);
      if (second.kind === 'node') return ofImage(b, known(a), false);
      const folded = foldConstants(known(a), known(b), fold);
      return tensorOf({ kind: 'known', array: folded }, folded.shape);
    };
  const mapped = ({ shape, values: given }: NamedArray, change: (value: number) => number): NamedArray => ({
    shape,
    values: given.map(change),
  });
  const same: (call: KernelCall) => TensorInfo = ({ inputs }) => tensorOf(valueOf(need(inputs, 'x')), need(inputs, 'x').shape);
  const activation =
    (operation: GraphOperation): ((call: KernelCall) => TensorInfo) =>
    ({ inputs }) =>
      node(operation, [need(inputs, 'x')], need(inputs, 'x').shape);
  const addToImage = elementwise(
    (a, b) => a + b,
    (image, other) => affine(image, undefined, other),
  );

  const kernels: GraphRecorder['kernels'] = [
    { kernelName: 'Identity', kernelFunc: same },
    { kernelName: 'Cast', kernelFunc: same },
    {
      kernelName: 'Reshape',
      kernelFunc: ({ inputs, attrs }) => tensorOf(valueOf(need(inputs, 'x')), numbers(attrs?.['shape'])),
    },
    {
      kernelName: 'Rsqrt',
      kernelFunc: ({ inputs }) => {
        const array = mapped(known(need(inputs, 'x')), (value) => 1 / Math.sqrt(value));
        return tensorOf({ kind: 'known', array }, array.shape);
      },
    },
    {
      kernelName: 'Add',
      kernelFunc: (call) => {
        const [a, b] = [need(call.inputs, 'a'), need(call.inputs, 'b')];
        const areImages = valueOf(a).kind === 'node' && valueOf(b).kind === 'node';
        return areImages ? node({ kind: 'add' }, [a, b], a.shape) : addToImage(call);
      },
    },
    {
      kernelName: 'Multiply',
      kernelFunc: elementwise(
        (a, b) => a * b,
        (image, other) => affine(image, other, undefined),
      ),
    },
    {
      kernelName: 'Sub',
      kernelFunc: elementwise(
        (a, b) => a - b,
        (image, other, isFirst) =>
          isFirst
            ? affine(
                image,
                undefined,
                mapped(other, (value) => -value),
              )
            : affine(image, { shape: [], values: new Float32Array([-1]) }, other),
      ),
    },
    {
      kernelName: 'RealDiv',
      kernelFunc: elementwise(
        (a, b) => a / b,
        (image, other, isFirst) =>
          isFirst
            ? affine(
                image,
                mapped(other, (value) => 1 / value),
                undefined,
              )
            : fail('a division by the image'),
      ),
    },
    { kernelName: 'Relu', kernelFunc: activation({ kind: 'rectify', limit: undefined }) },
    { kernelName: 'Relu6', kernelFunc: activation({ kind: 'rectify', limit: 6 }) },
    { kernelName: 'Sigmoid', kernelFunc: activation({ kind: 'sigmoid' }) },
    {
      kernelName: 'Conv2D',
      kernelFunc: ({ inputs, attrs }) => {
        const [image, filter] = [need(inputs, 'x'), known(need(inputs, 'filter'))];
        const stride = strideOf('a convolution', image, attrs);
        return node({ kind: 'convolve', filter, bias: undefined, stride }, [image], shrunk(image, stride, filter.shape[3] ?? 0));
      },
    },
    {
      kernelName: 'DepthwiseConv2dNative',
      kernelFunc: ({ inputs, attrs }) => {
        const [image, filter] = [need(inputs, 'x'), known(need(inputs, 'filter'))];
        const stride = strideOf('a depthwise convolution', image, attrs);
        if (filter.shape[3] !== 1) fail('a depthwise convolution with several filters a channel');
        return node({ kind: 'convolve-depthwise', filter, bias: undefined, stride }, [image], shrunk(image, stride, image.shape[3] ?? 0));
      },
    },
    {
      kernelName: 'Conv2DBackpropInput',
      kernelFunc: ({ inputs, attrs }) => {
        const [image, filter] = [need(inputs, 'dy'), known(need(inputs, 'filter'))];
        const [stride = 0, other] = numbers(attrs?.['strides']);
        const shape = numbers(attrs?.['inputShape']);
        expectAttributes('a transposed convolution', attrs, { pad: 'same', strides: [stride, stride], dataFormat: 'NHWC' });
        const [, rows = 0, columns = 0] = image.shape;
        if (other !== stride || shape[1] !== rows * stride || shape[2] !== columns * stride)
          fail('a transposed convolution to another size');
        return node({ kind: 'convolve-up', filter, bias: undefined, stride }, [image], shape);
      },
    },
    {
      kernelName: 'MaxPool',
      kernelFunc: ({ inputs, attrs }) => {
        const image = need(inputs, 'x');
        const [size = 0] = numbers(attrs?.['filterSize']);
        expectAttributes('a pooling', attrs, { pad: 'valid', strides: [size, size], filterSize: [size, size] });
        const [batch = 0, rows = 0, columns = 0, channels = 0] = image.shape;
        return node({ kind: 'pool', size }, [image], [batch, Math.floor(rows / size), Math.floor(columns / size), channels]);
      },
    },
    {
      kernelName: 'Concat',
      kernelFunc: ({ inputs, attrs }) => {
        const images = Object.values(inputs).filter((image) => image !== undefined);
        expectAttributes('a concatenation', attrs, { axis: 3 });
        return concatenate(images);
      },
    },
    {
      kernelName: 'Tile',
      kernelFunc: ({ inputs, attrs }) => {
        const reps = numbers(attrs?.['reps']);
        expectAttributes('a repetition', attrs, { reps: [1, 1, 1, reps[3] ?? 0] });
        return concatenate(Array.from({ length: reps[3] ?? 0 }, () => need(inputs, 'x')));
      },
    },
  ];
  const concatenate = (images: readonly TensorInfo[]): TensorInfo => {
    const [first] = images;
    const channels = images.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 0), 0);
    return node({ kind: 'concatenate' }, images, [...(first?.shape.slice(0, 3) ?? []), channels]);
  };

  class RecordingBackend extends tf.KernelBackend {
    override write(given: Parameters<KernelBackend['write']>[0], shape: number[]): object {
      const array = { shape, values: given instanceof Float32Array ? given : Float32Array.from(given, Number) };
      return tensorOf({ kind: 'known', array }, shape).dataId;
    }
    override numDataIds(): number {
      return 0;
    }
    override refCount(dataId: object): number {
      return references.get(dataId) ?? 1;
    }
    override incRef(dataId: object): void {
      references.set(dataId, this.refCount(dataId) + 1);
    }
    decRef(dataId: object): void {
      references.set(dataId, this.refCount(dataId) - 1);
    }
    /** Nothing is given back, but TensorFlow.js counts its tensors by the answer. */
    override disposeData(dataId: object): boolean {
      this.decRef(dataId);
      return this.refCount(dataId) <= 0;
    }
    override memory(): { unreliable: boolean } {
      return { unreliable: true };
    }
    override floatPrecision(): 32 {
      return 32;
    }
    override dispose(): void {
      // There is nothing to give back.
    }
  }

  return {
    backend: new RecordingBackend(),
    kernels,
    record: (side, forward) => {
      const images = tf.tensor4d(new Float32Array(side * side), [1, side, side, 1]);
      values.set(images.dataId, { kind: 'node', id: inputId });
      const output = forward(images);
      const result = valueOf(output);
      tf.dispose([images, output]);
      if (result.kind !== 'node') throw bug('the network does not look at its image');
      return { side, nodes: neededFor(result.id, nodes) };
    },
  };
}

/** Those that the value of the id depends on, in their order. */
function neededFor(id: number, nodes: readonly GraphNode[]): readonly GraphNode[] {
  const needed = new Set([id]);
  for (const node of nodes.toReversed()) if (needed.has(node.id)) for (const input of node.inputs) needed.add(input);
  return nodes.filter((node) => needed.has(node.id));
}

const need = (inputs: KernelCall['inputs'], name: string): TensorInfo => inputs[name] ?? fail(`an operation without its input ${name}`);
