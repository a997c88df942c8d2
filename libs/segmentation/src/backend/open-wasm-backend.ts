import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toFailure } from '@mammoline/kernel';
import { composedKernels } from '../kernels/composed-kernels.ts';
import { registerTrainingKernels } from '../kernels/wasm/register-training-kernels.ts';
import type { Backend } from './backend.ts';

/** WebAssembly with SIMD, one thread (threads do not work in Node), up to 4 GB. @param reason why this backend, for the log */
export async function openWasmBackend(reason: string): Promise<Backend> {
  try {
    const tf = (await import('@tensorflow/tfjs')).default;
    const wasm = (await import('@tensorflow/tfjs-backend-wasm')).default;
    wasm.setThreadsCount(1);
    wasm.setWasmPaths(dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm'))) + sep);
    if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js refused the backend');
    registerTrainingKernels(tf);
    return { name: 'wasm', reason, tf, kernels: composedKernels(tf), openScalars: undefined };
  } catch (error) {
    throw toFailure(error, 'unavailable', 'the WebAssembly backend of TensorFlow.js does not start');
  }
}
