import { expect, test } from 'vitest';
import { refusalOf } from './open-webgpu-backend.ts';

const real = { vendor: 'nvidia', architecture: 'hopper', device: '0x2330', description: 'NVIDIA H100', isFallbackAdapter: false };

test('takes GPUs and refuses software that pretends to be one', () => {
  expect(refusalOf(real)).toBeUndefined();
  expect(refusalOf(undefined)).toMatch(/no adapter/);
  expect(refusalOf({ ...real, isFallbackAdapter: true })).toMatch(/in software: nvidia hopper/);
  expect(refusalOf({ ...real, vendor: 'google', architecture: 'swiftshader' })).toMatch(/in software: google swiftshader/);
  expect(refusalOf({ ...real, vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' })).toMatch(/in software/);
});
