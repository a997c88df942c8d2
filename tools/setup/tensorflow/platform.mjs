/** TensorFlow version whose C library the addon is compiled against (tested with tfjs-node 4.22.0). */
export const tensorflowVersion = '2.19.1';

const linux = {
  libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
};

/**
 * Which Python wheel holds libtensorflow for this platform; undefined where we know of none that works.
 * `cpu` and `gpu` name the PyPI project; the gpu one has an extra `and-cuda` with the CUDA libraries.
 */
export function wheelPlatform(platform = process.platform, arch = process.arch) {
  if (platform === 'linux' && arch === 'x64') {
    return { ...linux, tags: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'], cpu: 'tensorflow-cpu', gpu: 'tensorflow' };
  }
  if (platform === 'linux' && arch === 'arm64') {
    return { ...linux, tags: ['manylinux_2_17_aarch64', 'manylinux2014_aarch64'], cpu: 'tensorflow', gpu: undefined };
  }
  return undefined;
}
