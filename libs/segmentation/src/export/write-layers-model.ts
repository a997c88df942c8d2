import { assertNever } from '@mammoline/kernel';
import { inputId, type GraphNode, type NetworkGraph } from '../graph/network-graph.ts';
import type { NamedArray } from '../weights/named-arrays.ts';

/** A model as `tf.loadLayersModel` reads it: two files beside each other. */
export interface LayersModelFiles {
  /** JSON; names weights.bin. */
  readonly 'model.json': string;
  /** Little-endian 32-bit floats. */
  readonly 'weights.bin': Uint8Array;
}

/**
 * Writes TensorFlow.js' LayersModel: Keras layers [batch, side, side, 1], grey 0..1 in, probabilities out.
 * @param metadata kept as the model's userDefinedMetadata
 */
export function writeLayersModel({ side, nodes }: NetworkGraph, metadata: Readonly<Record<string, string>>): LayersModelFiles {
  const name = (id: number): string => (id === inputId ? 'images' : `value_${String(id)}`);
  const weights = nodes.flatMap(({ id, operation }): readonly (readonly [string, NamedArray])[] => {
    if (operation.kind !== 'convolve' && operation.kind !== 'convolve-depthwise' && operation.kind !== 'convolve-up') return [];
    const kernel = operation.kind === 'convolve-depthwise' ? 'depthwise_kernel' : 'kernel';
    const { filter, bias } = operation;
    const biases = bias === undefined ? [] : [[`${name(id)}/bias`, { shape: [bias.length], values: bias }] as const];
    return [[`${name(id)}/${kernel}`, filter], ...biases];
  });
  const input = {
    class_name: 'InputLayer',
    name: name(inputId),
    config: { name: name(inputId), batch_input_shape: [null, side, side, 1], dtype: 'float32', sparse: false },
    inbound_nodes: [],
  };
  const layers = nodes.map((node) => {
    const { className, config } = layerOf(node);
    return {
      class_name: className,
      name: name(node.id),
      config: { name: name(node.id), trainable: false, dtype: 'float32', ...config },
      inbound_nodes: [node.inputs.map((id) => [name(id), 0, 0, {}])],
    };
  });
  const topology = {
    name: 'mammoline',
    layers: [input, ...layers],
    input_layers: [[name(inputId), 0, 0]],
    output_layers: [[name(nodes.at(-1)?.id ?? inputId), 0, 0]],
  };
  const model = {
    format: 'layers-model',
    generatedBy: 'mammoline',
    convertedBy: null,
    modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: { class_name: 'Model', config: topology } },
    weightsManifest: [
      { paths: ['weights.bin'], weights: weights.map(([weight, { shape }]) => ({ name: weight, shape, dtype: 'float32' })) },
    ],
    userDefinedMetadata: metadata,
  };
  return { 'model.json': `${JSON.stringify(model)}\n`, 'weights.bin': joined(weights.map(([, { values }]) => values)) };
}

/** Drawing weights only to replace them would take most of the time of loading. */
const zeros = { class_name: 'Zeros', config: {} };

function layerOf({ channels, operation }: GraphNode): { readonly className: string; readonly config: Readonly<Record<string, unknown>> } {
  const convolution = (filter: NamedArray, bias: Float32Array | undefined, stride: number) => ({
    filters: channels,
    kernel_size: filter.shape.slice(0, 2),
    strides: [stride, stride],
    padding: 'same',
    data_format: 'channels_last',
    activation: 'linear',
    use_bias: bias !== undefined,
    kernel_initializer: zeros,
  });
  switch (operation.kind) {
    case 'convolve':
      return { className: 'Conv2D', config: convolution(operation.filter, operation.bias, operation.stride) };
    case 'convolve-depthwise': {
      const initializer = { depth_multiplier: 1, depthwise_initializer: zeros };
      return {
        className: 'DepthwiseConv2D',
        config: { ...convolution(operation.filter, operation.bias, operation.stride), ...initializer },
      };
    }
    case 'convolve-up':
      return { className: 'Conv2DTranspose', config: convolution(operation.filter, operation.bias, operation.stride) };
    case 'pool': {
      const size = [operation.size, operation.size];
      return { className: 'MaxPooling2D', config: { pool_size: size, strides: size, padding: 'valid', data_format: 'channels_last' } };
    }
    case 'rectify':
      return operation.limit === undefined
        ? { className: 'Activation', config: { activation: 'relu' } }
        : { className: 'ReLU', config: { max_value: operation.limit } };
    case 'sigmoid':
      return { className: 'Activation', config: { activation: 'sigmoid' } };
    case 'add':
      return { className: 'Add', config: {} };
    case 'concatenate':
      return { className: 'Concatenate', config: { axis: -1 } };
    default:
      return assertNever(operation, 'operation of the graph');
  }
}

function joined(arrays: readonly Float32Array[]): Uint8Array {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}
