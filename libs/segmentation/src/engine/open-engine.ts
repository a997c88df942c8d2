import { existsSync } from 'node:fs';
import { assertNever, describeError, toFailure } from '@mammoline/kernel';
import { openBackend, type BackendPreference } from '../backend/open-backend.ts';
import { loadOnnxSegmenter } from '../segmenter/load-onnx-segmenter.ts';
import type { Engine, EnginePreference } from './engine.ts';
import { tensorflowEngine } from './tensorflow-engine.ts';

/** Linux has it where the driver of an NVIDIA GPU is loaded. */
const gpuDevice = '/dev/nvidiactl';

/**
 * Opens what predicts. `auto`: ONNX Runtime, which mostly needs less CPU (docs/reference/benchmarks.md); TensorFlow where there is a GPU for
 * it, where somebody asks for one of its backends, or where ONNX Runtime does not load.
 * @throws Failure unavailable where the engine or backend asked for can't be had
 */
export async function openEngine(preference: EnginePreference, backend: BackendPreference): Promise<Engine> {
  const openTensorflow = async (reason: string): Promise<Engine> => tensorflowEngine(await openBackend(backend), reason);
  switch (preference) {
    case 'tensorflow':
      return openTensorflow('asked for');
    case 'onnx':
      return openOnnxEngine('asked for');
    case 'auto':
      if (backend !== 'auto') return openTensorflow(`the backend ${backend} is asked for`);
      if (existsSync(gpuDevice)) return openTensorflow('there is a GPU');
      try {
        return await openOnnxEngine('no GPU, and no backend of TensorFlow is asked for');
      } catch (error) {
        return openTensorflow(describeError(error));
      }
    default:
      return assertNever(preference, 'engine preference');
  }
}

async function openOnnxEngine(reason: string): Promise<Engine> {
  try {
    // Most programs never predict, and the library takes 30 MB.
    const runtime = await import('onnxruntime-node');
    return { name: 'onnx', backend: 'cpu', reason, load: (weights) => loadOnnxSegmenter(weights, runtime) };
  } catch (error) {
    throw toFailure(error, 'unavailable', 'ONNX Runtime does not load on this machine');
  }
}
