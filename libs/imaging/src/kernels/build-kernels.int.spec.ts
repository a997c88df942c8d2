import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test('the committed WebAssembly is what its sources compile to', async () => {
  const { compileKernels } = (await import(new URL('../../kernels/build.mjs', import.meta.url).href)) as {
    compileKernels: () => Promise<Uint8Array>;
  };
  const committed = await readFile(new URL('./kernels.wasm', import.meta.url));
  expect(committed.equals(await compileKernels()), 'run npm run build:kernels and commit src/kernels/kernels.wasm').toBe(true);
});
