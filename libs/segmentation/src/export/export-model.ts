import { assertNever } from '@mammoline/kernel';
import { traceNetwork } from '../graph/trace-network.ts';
import { parseWeights, type ModelFile } from '../weights/model-file.ts';
import { writeLayersModel } from './write-layers-model.ts';
import { writeOnnx } from './write-onnx.ts';

export const exportFormats = ['onnx', 'layers'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * A model of this project in another format, as files by name: probabilities [batch, side, side, 1] of grey images 0..1.
 * @throws Failure invalid for bytes that are not a model of this project
 */
export async function exportModel(weights: Uint8Array, format: ExportFormat): Promise<Readonly<Record<string, Uint8Array>>> {
  const model = parseWeights(weights);
  const graph = await traceNetwork(model);
  switch (format) {
    case 'onnx':
      return { 'model.onnx': writeOnnx(graph, metadataOf(model)) };
    case 'layers': {
      const files = writeLayersModel(graph, metadataOf(model));
      return { ...files, 'model.json': new TextEncoder().encode(files['model.json']) };
    }
    default:
      return assertNever(format, 'export format');
  }
}

/** What a reader of the file has to know to use it. */
const metadataOf = ({ network, picture, imageSize, threshold, looks }: ModelFile): Readonly<Record<string, string>> => ({
  network,
  imageSize: String(imageSize),
  threshold: String(threshold),
  looks: JSON.stringify(looks),
  input: `prepared square images${picture === 'plain' ? ', their contrast not evened out' : ''}, grey, 0..1`,
  output: 'probability of a tumour, by pixel',
  use: 'for research; not a medical device',
});
