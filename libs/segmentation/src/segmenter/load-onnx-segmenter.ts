import type { RasterF32 } from '@mammoline/imaging';
import { bug } from '@mammoline/kernel';
import type * as onnxruntime from 'onnxruntime-node';
import { onnxNames, writeOnnx } from '../export/write-onnx.ts';
import { traceNetwork } from '../graph/trace-network.ts';
import { parseWeights } from '../weights/model-file.ts';
import { imagesToValues } from './images-to-values.ts';
import type { Segmenter } from './load-segmenter.ts';
import { resizeProbabilities } from './resize-probabilities.ts';

/** What is used of onnxruntime-node. */
export type OnnxRuntime = Pick<typeof onnxruntime, 'InferenceSession' | 'Tensor'>;

/** A trained network on ONNX Runtime. @throws Failure invalid for bytes that are not a model of this project */
export async function loadOnnxSegmenter(weights: Uint8Array, { InferenceSession, Tensor }: OnnxRuntime): Promise<Segmenter> {
  const model = parseWeights(weights);
  const { network, picture, imageSize, threshold, looks } = model;
  // A session of each side: ONNX Runtime plans memory for the one that is written into the graph.
  const sessions = new Map<number, Promise<onnxruntime.InferenceSession>>();
  const sessionOf = (side: number): Promise<onnxruntime.InferenceSession> => {
    const session =
      sessions.get(side) ?? traceNetwork({ ...model, imageSize: side }).then((graph) => InferenceSession.create(writeOnnx(graph, {})));
    sessions.set(side, session);
    return session;
  };
  await sessionOf(imageSize);
  return {
    imageSize,
    network,
    picture,
    parameters: [...model.weights.values()].reduce((sum, { values }) => sum + values.length, 0),
    threshold,
    looks,
    predict: async (images, signal, side = imageSize) => {
      const session = await sessionOf(side);
      const predicted: RasterF32[] = [];
      // One by one, as TensorFlow predicts: memory stays that of one image.
      for (const image of images) {
        signal?.throwIfAborted();
        const values = new Tensor('float32', imagesToValues([image], side), [1, side, side, 1]);
        const data = (await session.run({ [onnxNames.images]: values }))[onnxNames.probabilities]?.data;
        if (!(data instanceof Float32Array)) throw bug('ONNX Runtime answered without probabilities');
        predicted.push(resizeProbabilities({ rows: side, columns: side, data: Float32Array.from(data) }, imageSize));
      }
      return predicted;
    },
    dispose: () => {
      // What is left of a session that can't be released goes with the process.
      for (const session of sessions.values()) session.then((opened) => opened.release()).catch(() => undefined);
    },
  };
}
