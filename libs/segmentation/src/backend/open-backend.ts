import { assertNever, describeError, unavailable } from '@mammoline/kernel';
import type { Backend } from './backend.ts';
import { openNativeBackend } from './open-native-backend.ts';
import { openWasmBackend } from './open-wasm-backend.ts';
import { openWebgpuBackend } from './open-webgpu-backend.ts';

export const backendPreferences = ['auto', 'cuda', 'webgpu', 'native', 'wasm'] as const;
export type BackendPreference = (typeof backendPreferences)[number];

/**
 * Opens TensorFlow. `auto` takes the first that there is of the native library on an NVIDIA GPU, any GPU through WebGPU, the native library on the CPU, and WebAssembly, which is several times
 * slower; the backend says why it was taken. `native` is the native library on whatever it finds.
 * Open one a process.
 * @throws Failure unavailable where the backend asked for can't be had
 */
export async function openBackend(preference: BackendPreference = 'auto'): Promise<Backend> {
  switch (preference) {
    case 'native':
      return openNativeBackend();
    case 'cuda': {
      const native = await openNativeBackend();
      if (native.name !== 'cuda') throw unavailable(`found no GPU for CUDA: ${native.reason}; ask for auto, webgpu, native or wasm`);
      return native;
    }
    case 'webgpu':
      return openWebgpuBackend();
    case 'wasm':
      return openWasmBackend('asked for');
    case 'auto':
      return openBest();
    default:
      return assertNever(preference, 'backend preference');
  }
}

async function openBest(): Promise<Backend> {
  const native = await openNativeBackend().catch(describeError);
  if (typeof native !== 'string' && native.name === 'cuda') return native;
  const webgpu = await openWebgpuBackend().catch(describeError);
  if (typeof webgpu !== 'string') return webgpu;
  if (typeof native !== 'string') return { ...native, reason: `${native.reason}; ${webgpu}` };
  return openWasmBackend(`${native}; ${webgpu}`);
}
