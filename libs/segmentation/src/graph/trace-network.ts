import { bug, invalid } from '@mammoline/kernel';
import type { Backend } from '../backend/backend.ts';
import { composedKernels } from '../kernels/composed-kernels.ts';
import { createNetwork } from '../networks/create-network.ts';
import { inference } from '../networks/network.ts';
import type { ModelFile } from '../weights/model-file.ts';
import { createGraphRecorder } from './graph-recorder.ts';
import type { NetworkGraph } from './network-graph.ts';

const backendName = 'mammoline-graph';

/**
 * Finds out what a network computes by running it on a backend that notes operations down and computes nothing but with weights (batch normalisation is
 * folded into the filters): whatever the network's code is, the graph follows it.
 * @throws Failure invalid for weights that are not the network's, or a network with an operation that the graph does not know
 */
export async function traceNetwork(model: ModelFile): Promise<NetworkGraph> {
  const tf = (await import('@tensorflow/tfjs')).default;
  const recorder = createGraphRecorder(tf);
  const before: unknown = tf.getBackend();
  tf.registerBackend(backendName, () => recorder.backend, -1);
  for (const kernel of recorder.kernels) tf.registerKernel({ ...kernel, backendName });
  try {
    // Nothing from here to the end of the block waits: whoever computes on another backend never meets this one.
    void tf.setBackend(backendName);
    if (tf.getBackend() !== backendName) throw bug('TensorFlow.js did not take the backend that records');
    return recorder.record(model.imageSize, (images) => {
      const backend: Backend = { name: 'wasm', reason: 'only recording', tf, kernels: composedKernels(tf), openScalars: undefined };
      const network = createNetwork(backend, model.network, { input: model.input, arrays: model.weights });
      try {
        return tf.tidy(() => tf.sigmoid(network.forward(images, inference)));
      } finally {
        network.dispose();
      }
    });
  } catch (error) {
    const unknown = error instanceof Error ? /Kernel '(\w+)' not registered/.exec(error.message)?.[1] : undefined;
    if (unknown === undefined) throw error;
    throw invalid(`${model.network} can't be exported: it computes ${unknown}, which the graph does not know`, { cause: error });
  } finally {
    if (typeof before === 'string') void tf.setBackend(before);
    for (const { kernelName } of recorder.kernels) tf.unregisterKernel(kernelName, backendName);
    tf.removeBackend(backendName);
  }
}
