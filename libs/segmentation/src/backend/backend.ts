import type { Kernels } from '../kernels/kernels.ts';
import type { TensorFlow } from './tensorflow.ts';

/** What computes: `cuda` and `native-cpu` are libtensorflow, `webgpu` is any GPU through Dawn, `wasm` is plain WebAssembly. */
export type BackendName = 'cuda' | 'webgpu' | 'native-cpu' | 'wasm';

/** TensorFlow, ready. One a process: its state is the process's. */
export interface Backend {
  readonly name: BackendName;
  /** Why this one, for a log line. */
  readonly reason: string;
  readonly tf: TensorFlow;
  readonly kernels: Kernels;
  /** Writes scalars that TensorBoard shows; undefined where the backend has no writer. */
  readonly openScalars: ((directory: string) => ScalarWriter) | undefined;
}

export interface ScalarWriter {
  write(name: string, value: number, step: number): void;
  flush(): void;
}
