import type { TensorFlow } from '../../backend/tensorflow.ts';
import { convolutionFilterGradient } from './convolution-filter-gradient.ts';
import { convolutionInputGradient } from './convolution-input-gradient.ts';
import { depthwiseFilterGradient } from './depthwise-filter-gradient.ts';
import { depthwiseInputGradient } from './depthwise-input-gradient.ts';

/** The WASM backend computes no gradient of a convolution's filter, that of its input in a naive loop, and none of a depthwise convolution. Call it after setBackend('wasm'). */
export function registerTrainingKernels(tf: TensorFlow): void {
  const registered = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  for (const [kernelName, kernelFunc] of [
    ['Conv2DBackpropFilter', convolutionFilterGradient(tf)],
    ['Conv2DBackpropInput', convolutionInputGradient(tf)],
    ['DepthwiseConv2dNativeBackpropFilter', depthwiseFilterGradient(tf)],
    ['DepthwiseConv2dNativeBackpropInput', depthwiseInputGradient(tf)],
  ] as const) {
    if (registered.has(kernelName)) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}
