import type { RasterF32 } from '@mammoline/imaging';
import { bug } from '@mammoline/kernel';
import type * as onnxruntime from 'onnxruntime-node';
import { onnxNames, writeOnnx } from '../export/write-onnx.ts';
import { traceNetwork } from '../graph/trace-network.ts';
import { parseWeights } from '../weights/model-file.ts';
import { imagesToValues } from './images-to-values.ts';
import type { Segmenter } from './load-segmenter.ts';

/** What is used of onnxruntime-node. */
export type OnnxRuntime = Pick<typeof onnxruntime, 'InferenceSession' | 'Tensor'>;

/** A trained network on ONNX Runtime. @throws Failure invalid for bytes that are not a model of this project */
export async function loadOnnxSegmenter(weights: Uint8Array, { InferenceSession, Tensor }: OnnxRuntime): Promise<Segmenter> {
  const model = parseWeights(weights);
  const session = await InferenceSession.create(writeOnnx(await traceNetwork(model), {}));
  const { network, imageSize: side, threshold } = model;
  return {
    imageSize: side,
    network,
    parameters: [...model.weights.values()].reduce((sum, { values }) => sum + values.length, 0),
    threshold,
    predict: async (images, signal) => {
      const predicted: RasterF32[] = [];
      // One by one, as TensorFlow predicts: memory stays that of one image.
      for (const image of images) {
        signal?.throwIfAborted();
        const values = new Tensor('float32', imagesToValues([image], side), [1, side, side, 1]);
        const data = (await session.run({ [onnxNames.images]: values }))[onnxNames.probabilities]?.data;
        if (!(data instanceof Float32Array)) throw bug('ONNX Runtime answered without probabilities');
        predicted.push({ rows: side, columns: side, data: Float32Array.from(data) });
      }
      return predicted;
    },
    dispose: () => {
      // What is left of a session that can't be released goes with the process.
      session.release().catch(() => undefined);
    },
  };
}
