import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const fixture = fileURLToPath(new URL('./prepare-a-picture.fixture.ts', import.meta.url));
const prepare = (...flags: readonly string[]): Record<string, string> =>
  JSON.parse(execFileSync(process.execPath, [...flags, fixture], { encoding: 'utf8' })) as Record<string, string>;

// V8 can be told to leave SSE 4.1 alone, of x64 only; without it, WebAssembly has no SIMD.
test.skipIf(process.arch !== 'x64')('a processor without SIMD prepares to the same bits (skipped where it is no x64)', () => {
  const [simd, plain] = [prepare(), prepare('--no-enable-sse4-1')];
  expect(plain['kernels']).toBe('plain');
  expect(simd).toEqual({ ...plain, kernels: 'simd' });
});
