import type { Tensor, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';
import { composedKernels } from './composed-kernels.ts';
import { normalisationEpsilon, runningShare, type Kernels } from './kernels.ts';
import { tensor1DOf, tensor4DOf } from './tensor-of-rank.ts';
import { tensorAt, withGradient } from './with-gradient.ts';

/** An attribute of an operation, as libtensorflow takes it. */
interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | boolean | readonly number[];
}

/** What is used of tfjs-node's backend, which runs any operation of libtensorflow by its name. */
export interface NativeExecutor {
  readonly isUsingGpuDevice: boolean;
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_INT: number;
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
 * rectifier of many elementwise operations: a training step of the compact U-Net takes half the time and memory with these. On a CPU for which
 * TensorFlow was built with oneDNN, its pooling and its normalisation with a rectifier take a tenth off that.
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
  // TensorFlow's graphs take these operations by themselves, eager execution has to name them and their kernel.
  const byOneDnn: OperationAttribute = { name: '_kernel', type: binding.TF_ATTR_STRING, value: 'MklNameChangeOp' };
  const rectified: OperationAttribute[] = [
    { name: 'num_side_inputs', type: binding.TF_ATTR_INT, value: 0 },
    { name: 'activation_mode', type: binding.TF_ATTR_STRING, value: 'Relu' },
    byOneDnn,
  ];
  const pooling: OperationAttribute[] = [
    float('T'),
    { name: 'ksize', type: binding.TF_ATTR_INT, value: [1, 2, 2, 1] },
    { name: 'strides', type: binding.TF_ATTR_INT, value: [1, 2, 2, 1] },
    { name: 'padding', type: binding.TF_ATTR_STRING, value: 'VALID' },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'workspace_enabled', type: binding.TF_ATTR_BOOL, value: true },
    byOneDnn,
  ];
  /** The largest values, and where they are: TensorFlow's own operation looks for the places again in its gradient, which takes 25 times as long. */
  const poolByOneDnn = (x: Tensor4D): Tensor[] => executor.executeMultipleOutputs('_MklNativeMaxPool', pooling, [x], 2);
  const hasOneDnn = ((): boolean => {
    // Its operations compute on the CPU alone: a GPU's tensors would be copied to and fro.
    if (executor.isUsingGpuDevice) return false;
    try {
      tf.tidy(() => poolByOneDnn(tf.zeros([1, 2, 2, 1])));
      return true;
    } catch {
      return false;
    }
  })();

  const composed = composedKernels(tf);
  const rectifierGradient: Kernels['rectifierGradient'] = (dy, y, rectifier) => {
    const name = rectifier === 'relu' ? 'ReluGrad' : 'Relu6Grad';
    return tensor4DOf(executor.executeSingleOutput(name, [float('T')], [dy, y]));
  };

  /** @param more attributes than the normalisation's own; its gradient has none of them */
  const normaliseBy =
    (operation: string, more: readonly OperationAttribute[], isRectified: boolean): Kernels['normaliseBatch'] =>
    (x, scale, offset, running, onRunning) =>
      withGradient(tf, [x, scale, offset], () => {
        const averaging = { name: 'exponential_avg_factor', type: binding.TF_ATTR_FLOAT, value: 1 - runningShare };
        const outputs = executor.executeMultipleOutputs(
          operation,
          [...normalisation, averaging, ...more],
          [x, scale, offset, running.mean, running.variance],
          6,
        );
        onRunning({ mean: tensor1DOf(tensorAt(outputs, 1)), variance: tensor1DOf(tensorAt(outputs, 2)) });
        const value = tensor4DOf(tensorAt(outputs, 0));
        return {
          value,
          saved: [x, scale, ...outputs.slice(3), ...(isRectified ? [value] : [])],
          gradient: (dy, saved) => {
            const [y, forward] = [saved[5], saved.slice(0, 5)];
            let passed = dy;
            if (y !== undefined) {
              passed = rectifierGradient(dy, y, 'relu');
              // Not wanted any more, and as large as what comes.
              tf.dispose([dy, y]);
            }
            return executor.executeMultipleOutputs('FusedBatchNormGradV3', normalisation, [passed, ...forward], 5).slice(0, 3);
          },
        };
      });

  return {
    normaliseBatch: normaliseBy('FusedBatchNormV3', [], false),
    normaliseAndRectify: hasOneDnn ? normaliseBy('_MklNativeFusedBatchNormEx', rectified, true) : undefined,
    addBias: (x, bias) => tensor4DOf(executor.executeSingleOutput('BiasAdd', [float('T')], [x, bias])),
    biasGradient: (dy) => tensor1DOf(executor.executeSingleOutput('BiasAddGrad', [float('T')], [dy])),
    rectifierGradient,
    poolLargest: hasOneDnn
      ? (x) =>
          withGradient(tf, [x], () => {
            const outputs = poolByOneDnn(x);
            return {
              value: tensor4DOf(tensorAt(outputs, 0)),
              saved: [x, ...outputs],
              gradient: (dy, saved) => {
                const inputs = [tensorAt(saved, 0), tensorAt(saved, 1), dy, tensorAt(saved, 2)];
                return [executor.executeSingleOutput('_MklNativeMaxPoolGrad', pooling, inputs)];
              },
            };
          })
      : (x) => composed.poolLargest(x),
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
