import type { TensorFlow } from '../../backend/tensorflow.ts';
import { convolutionFilterGradient } from './convolution-filter-gradient.ts';
import { convolutionInputGradient } from './convolution-input-gradient.ts';

/** The WASM backend computes no gradient of a convolution's filter, and that of its input in a naive loop. Call it after setBackend('wasm'). */
export function registerTrainingKernels(tf: TensorFlow): void {
  const registered = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  for (const [kernelName, kernelFunc] of [
    ['Conv2DBackpropFilter', convolutionFilterGradient(tf)],
    ['Conv2DBackpropInput', convolutionInputGradient(tf)],
  ] as const) {
    if (registered.has(kernelName)) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}
