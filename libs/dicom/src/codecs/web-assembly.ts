import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The part of WebAssembly that is used; Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance;
};
declare const isModule: unique symbol;
export interface WasmModule {
  readonly [isModule]: true;
}
export interface WasmInstance {
  readonly exports: unknown;
}
export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const requirePackage = createRequire(import.meta.url);

/** Compiled on first use, once a thread. */
const compiled = new Map<string, WasmModule>();

/**
 * Makes a new memory with a codec in it, at once: pixels are read by a plain function, in worker threads.
 * @param file as it is imported: `package/file.wasm`
 */
export function instantiate(file: string, imports: WasmImports): WasmInstance {
  const module = compiled.get(file) ?? new WebAssembly.Module(readFileSync(requirePackage.resolve(file)));
  compiled.set(file, module);
  return new WebAssembly.Instance(module, imports);
}
