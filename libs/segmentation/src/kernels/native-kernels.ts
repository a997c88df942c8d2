import type { Tensor, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';
import { normalisationEpsilon, type Kernels } from './kernels.ts';
import { tensorAt, withGradient } from './with-gradient.ts';

/** An attribute of an operation, as libtensorflow takes it. */
interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | boolean;
}

/** What is used of tfjs-node's backend, which runs any operation of libtensorflow by its name. */
export interface NativeExecutor {
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
  };
  executeSingleOutput(name: string, attributes: OperationAttribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: OperationAttribute[], inputs: Tensor[], outputs: number): Tensor[];
}

/**
 * TensorFlow's own fused operations, by name, with the gradients that Python uses. TensorFlow.js composes batch normalisation and the gradient of a
 * rectifier of many elementwise operations: a training step of the compact U-Net takes half the time and memory with these.
 */
export function nativeKernels(tf: TensorFlow, executor: NativeExecutor): Kernels {
  const { binding } = executor;
  const float = (name: string): OperationAttribute => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT });
  const int32 = (name: string): OperationAttribute => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 });
  const normalisation: OperationAttribute[] = [
    float('T'),
    float('U'),
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: normalisationEpsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
  const rectifierGradient = (dy: Tensor, y: Tensor): Tensor => executor.executeSingleOutput('ReluGrad', [float('T')], [dy, y]);

  return {
    normaliseBatch: (x, scale, offset, onStatistics) =>
      withGradient(tf, [x, scale, offset], () => {
        const none = tf.tensor1d([]);
        const averaging = { name: 'exponential_avg_factor', type: binding.TF_ATTR_FLOAT, value: 1 };
        const outputs = executor.executeMultipleOutputs(
          'FusedBatchNormV3',
          [...normalisation, averaging],
          [x, scale, offset, none, none],
          6,
        );
        onStatistics({
          mean: tf.reshape(tensorAt(outputs, 1), scale.shape),
          variance: tf.reshape(tensorAt(outputs, 2), scale.shape),
        });
        return {
          value: tf.reshape(tensorAt(outputs, 0), x.shape),
          saved: [x, scale, ...outputs.slice(3)],
          gradient: (dy, saved) => executor.executeMultipleOutputs('FusedBatchNormGradV3', normalisation, [dy, ...saved], 5).slice(0, 3),
        };
      }),
    rectify: (x) =>
      withGradient(tf, [x], () => {
        const value = tf.relu(x);
        return { value, saved: [value], gradient: (dy, saved) => [rectifierGradient(dy, tensorAt(saved, 0))] };
      }),
    addBiasAndRectify: (x, bias) =>
      withGradient(tf, [x, bias], () => {
        const sum = executor.executeSingleOutput('BiasAdd', [float('T')], [x, bias]);
        const value = tf.relu<Tensor4D>(tf.reshape(sum, x.shape));
        return {
          value,
          saved: [value],
          gradient: (dy, saved) => {
            const dx = rectifierGradient(dy, tensorAt(saved, 0));
            return [dx, executor.executeSingleOutput('BiasAddGrad', [float('T')], [dx])];
          },
        };
      }),
    dropOut: (x, rate, seed) =>
      withGradient(tf, [x], () => {
        const attributes = [int32('T'), float('dtype'), int32('Tseed')];
        const inputs = [tf.tensor1d(x.shape, 'int32'), tf.tensor1d([seed, 0], 'int32')];
        const drawn = executor.executeSingleOutput('StatelessRandomUniform', attributes, inputs);
        const factor = tf.div(tf.cast(tf.greaterEqual(drawn, rate), 'float32'), 1 - rate);
        return { value: tf.mul(x, factor), saved: [factor], gradient: (dy, saved) => [tf.mul(dy, tensorAt(saved, 0))] };
      }),
  };
}
