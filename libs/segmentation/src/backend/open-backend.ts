import { assertNever, describeError } from '@mammoline/kernel';
import type { Backend } from './backend.ts';
import { openNativeBackend } from './open-native-backend.ts';
import { openWasmBackend } from './open-wasm-backend.ts';

export const backendPreferences = ['auto', 'native', 'wasm'] as const;
export type BackendPreference = (typeof backendPreferences)[number];

/**
 * Opens TensorFlow: the native library, on a GPU where there is one, else (`auto`) WebAssembly, which is about four times slower.
 * Open one a process.
 * @throws Failure unavailable where the backend asked for can't be had
 */
export async function openBackend(preference: BackendPreference = 'auto'): Promise<Backend> {
  switch (preference) {
    case 'native':
      return openNativeBackend();
    case 'wasm':
      return openWasmBackend('asked for');
    case 'auto':
      try {
        return await openNativeBackend();
      } catch (error) {
        return await openWasmBackend(describeError(error));
      }
    default:
      return assertNever(preference, 'backend preference');
  }
}
