import { existsSync } from 'node:fs';
import { toFailure } from '@mammoline/kernel';
import { composedKernels } from '../kernels/composed-kernels.ts';
import type { Backend } from './backend.ts';

/** Names of drivers that compute on the CPU: slower than any other backend, and no GPU that somebody bought. */
const softwareDrivers = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** What decides whether an adapter is a GPU. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

/** Why an adapter is not taken; undefined for a real GPU. */
export function refusalOf(adapter: AdapterDescription | undefined): string | undefined {
  if (adapter === undefined) return 'no adapter: no GPU, or no Vulkan, Metal or Direct3D driver for it';
  const words = wordsOf(adapter);
  if (adapter.isFallbackAdapter || softwareDrivers.test(words)) return `the only adapter computes in software: ${words}`;
  return undefined;
}

/** Where Linux shows GPUs: any vendor's, NVIDIA's, and those of Windows inside WSL. */
const linuxDevices = ['/dev/dri', '/dev/nvidia0', '/dev/dxg'];

/** Whether it is worth the while to look for a GPU: elsewhere than on Linux every machine has one, most likely. */
export const mayHaveGpu = (): boolean => process.platform !== 'linux' || linuxDevices.some((path) => existsSync(path));

/** Any vendor's GPU through Dawn. @throws Failure unavailable where there is no GPU, or software that pretends to be one */
export async function openWebgpuBackend(): Promise<Backend> {
  try {
    // Dawn takes a moment to load, and complains aloud where there is no Vulkan.
    if (!mayHaveGpu()) throw new Error(`no GPU: found none of ${linuxDevices.join(', ')}`);
    const { create, globals } = await import('webgpu');
    const gpu = create([]);
    const adapter = (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? undefined;
    const refusal = refusalOf(adapter?.info);
    if (adapter === undefined || refusal !== undefined) throw new Error(refusal);
    Object.assign(globalThis, globals);
    const tf = (await import('@tensorflow/tfjs')).default;
    const { WebGPUBackend } = (await import('@tensorflow/tfjs-backend-webgpu')).default;
    // The backend asks for it where browsers have it; on import, with it there, it would register one of its own with the limits of any device.
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits;
    const { maxComputeWorkgroupsPerDimension, maxComputeWorkgroupSizeX, maxComputeInvocationsPerWorkgroup } = adapter.limits;
    const device = await adapter.requestDevice({
      requiredLimits: {
        maxBufferSize,
        maxStorageBufferBindingSize,
        maxComputeWorkgroupStorageSize,
        maxComputeWorkgroupsPerDimension,
        maxComputeWorkgroupSizeX,
        maxComputeInvocationsPerWorkgroup,
      },
    });
    tf.registerBackend('webgpu', () => Promise.resolve(new WebGPUBackend(device, adapter.info)), 3);
    if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js refused the backend');
    const reason = `WebGPU has ${wordsOf(adapter.info)}`;
    return { name: 'webgpu', reason, tf, kernels: composedKernels(tf), openScalars: undefined };
  } catch (error) {
    throw toFailure(error, 'unavailable', 'WebGPU is not usable');
  }
}

const wordsOf = ({ vendor, architecture, device, description }: AdapterDescription): string =>
  [vendor, architecture, device, description].filter((word) => word !== '').join(' ');
