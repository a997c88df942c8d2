import { assertNever, describeError, toFailure } from '@mammoline/kernel';
import { openBackend, type BackendPreference } from '../backend/open-backend.ts';
import { mayHaveGpu } from '../backend/open-webgpu-backend.ts';
import { loadOnnxSegmenter } from '../segmenter/load-onnx-segmenter.ts';
import type { Engine, EnginePreference } from './engine.ts';
import { tensorflowEngine } from './tensorflow-engine.ts';

/** What the choice depends on. */
export interface EngineSources {
  readonly mayHaveGpu: () => boolean;
  readonly openBackend: typeof openBackend;
  readonly openOnnx: (reason: string) => Promise<Engine>;
}

const ofThisMachine: EngineSources = { mayHaveGpu, openBackend, openOnnx: openOnnxEngine };

/**
 * Opens what predicts. `auto`: TensorFlow on a GPU where there is one (CUDA, then WebGPU), or where somebody asks for one of its backends; else ONNX Runtime, which mostly needs less
 * CPU than TensorFlow there (docs/reference/benchmarks.md); TensorFlow where ONNX Runtime does not load.
 * @throws Failure unavailable where the engine or backend asked for can't be had
 */
export async function openEngine(
  preference: EnginePreference,
  backend: BackendPreference,
  sources: EngineSources = ofThisMachine,
): Promise<Engine> {
  switch (preference) {
    case 'tensorflow':
      return tensorflowEngine(await sources.openBackend(backend), 'asked for');
    case 'onnx':
      return sources.openOnnx('asked for');
    case 'auto':
      if (backend !== 'auto') return tensorflowEngine(await sources.openBackend(backend), `the backend ${backend} is asked for`);
      return openFastest(sources);
    default:
      return assertNever(preference, 'engine preference');
  }
}

async function openFastest({ mayHaveGpu: isWorthALook, openBackend: open, openOnnx }: EngineSources): Promise<Engine> {
  // A device file is not a GPU that computes: what opens says so. A machine without any is spared the library, which takes a second and some memory.
  const best = isWorthALook() ? await open('auto').catch(describeError) : 'no device of one';
  if (typeof best !== 'string' && (best.name === 'cuda' || best.name === 'webgpu'))
    return tensorflowEngine(best, `there is a GPU: ${best.reason}`);
  try {
    return await openOnnx(`no GPU, and no backend of TensorFlow is asked for: ${typeof best === 'string' ? best : best.reason}`);
  } catch (error) {
    // TensorFlow is opened once a process.
    return tensorflowEngine(typeof best === 'string' ? await open('auto') : best, describeError(error));
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
