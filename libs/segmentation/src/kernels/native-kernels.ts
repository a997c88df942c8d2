import type { Tensor, TensorFlow } from '../backend/tensorflow.ts';
import { normalisationEpsilon, runningShare, type Kernels } from './kernels.ts';
import { tensor1DOf, tensor4DOf } from './tensor-of-rank.ts';
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

  return {
    normaliseBatch: (x, scale, offset, running, onRunning) =>
      withGradient(tf, [x, scale, offset], () => {
        const averaging = { name: 'exponential_avg_factor', type: binding.TF_ATTR_FLOAT, value: 1 - runningShare };
        const outputs = executor.executeMultipleOutputs(
          'FusedBatchNormV3',
          [...normalisation, averaging],
          [x, scale, offset, running.mean, running.variance],
          6,
        );
        onRunning({ mean: tensor1DOf(tensorAt(outputs, 1)), variance: tensor1DOf(tensorAt(outputs, 2)) });
        return {
          value: tensor4DOf(tensorAt(outputs, 0)),
          saved: [x, scale, ...outputs.slice(3)],
          gradient: (dy, saved) => executor.executeMultipleOutputs('FusedBatchNormGradV3', normalisation, [dy, ...saved], 5).slice(0, 3),
        };
      }),
    addBias: (x, bias) => tensor4DOf(executor.executeSingleOutput('BiasAdd', [float('T')], [x, bias])),
    biasGradient: (dy) => tensor1DOf(executor.executeSingleOutput('BiasAddGrad', [float('T')], [dy])),
    rectifierGradient: (dy, y, rectifier) => {
      const name = rectifier === 'relu' ? 'ReluGrad' : 'Relu6Grad';
      return tensor4DOf(executor.executeSingleOutput(name, [float('T')], [dy, y]));
    },
    drawUniform: (shape, seed) => {
      const attributes = [int32('T'), float('dtype'), int32('Tseed')];
      return executor.executeSingleOutput('StatelessRandomUniform', attributes, [
        tf.tensor1d([...shape], 'int32'),
        tf.tensor1d([seed, 0], 'int32'),
      ]);
    },
    transformImages: (images, matrices, sidePx) => {
      const attributes: OperationAttribute[] = [
        float('dtype'),
        { name: 'interpolation', type: binding.TF_ATTR_STRING, value: 'BILINEAR' },
        { name: 'fill_mode', type: binding.TF_ATTR_STRING, value: 'CONSTANT' },
      ];
      const inputs = [images, matrices, tf.tensor1d([sidePx, sidePx], 'int32'), tf.scalar(0)];
      return tensor4DOf(executor.executeSingleOutput('ImageProjectiveTransformV3', attributes, inputs));
    },
  };
}
