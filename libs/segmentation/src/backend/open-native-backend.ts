import { toFailure } from '@mammoline/kernel';
import { nativeKernels } from '../kernels/native-kernels.ts';
import type { Backend } from './backend.ts';
import { restoreUtilFunctions } from './restore-util-functions.ts';

/** libtensorflow through tfjs-node's addon, on the GPU where there is one. @throws Failure unavailable where the addon or its library can't be loaded */
export async function openNativeBackend(): Promise<Backend> {
  try {
    restoreUtilFunctions();
    // eslint-disable-next-line no-restricted-properties -- written, not read: libtensorflow takes its log level (errors alone) from nowhere else
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
    // oneDNN's convolutions: a training step of the compact U-Net takes .7 of the CPU time (docs/reference/benchmarks.md). TensorFlow leaves them off where it finds no AVX-512.
    // eslint-disable-next-line no-restricted-properties -- as above
    process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
    const { node } = (await import('@tensorflow/tfjs-node-gpu')).default;
    const tf = (await import('@tensorflow/tfjs')).default;
    await tf.ready();
    const { NodeJSKernelBackend } = (await import('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js')).default;
    const executor = tf.backend();
    if (!(executor instanceof NodeJSKernelBackend)) throw new Error(`TensorFlow.js took the backend ${tf.getBackend()}`);
    return {
      name: executor.isUsingGpuDevice ? 'cuda' : 'native-cpu',
      reason: executor.isUsingGpuDevice ? 'libtensorflow sees a GPU' : 'libtensorflow loads and sees no GPU',
      tf,
      kernels: nativeKernels(tf, executor),
      openScalars: (directory) => {
        const writer = node.summaryFileWriter(directory);
        return {
          write: (name, value, step) => {
            writer.scalar(name, value, step);
          },
          flush: () => {
            writer.flush();
          },
        };
      },
    };
  } catch (error) {
    throw toFailure(error, 'unavailable', 'the native TensorFlow library is not usable (npm run setup builds it)');
  }
}
