import type { RasterF32 } from '@mammoline/imaging';

/** Separable Gaussian blur; the edge pixel continues outside. Small sigmas (a few pixels): the cost grows with them. */
export function gaussianBlur(image: RasterF32, sigmaPx: number): RasterF32 {
  const radius = Math.max(1, Math.ceil(sigmaPx * 3));
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, index) => Math.exp(-((index - radius) ** 2) / (2 * sigmaPx ** 2)));
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  const { rows, columns } = image;
  const across = new Float32Array(image.data.length);
  const line = new Float32Array(columns + 2 * radius);
  for (let y = 0; y < rows; y++) {
    const start = y * columns;
    line.set(image.data.subarray(start, start + columns), radius);
    line.fill(image.data[start] ?? 0, 0, radius);
    line.fill(image.data[start + columns - 1] ?? 0, radius + columns);
    for (let x = 0; x < columns; x++) {
      let value = 0;
      for (let k = 0; k < kernel.length; k++) value += (kernel[k] ?? 0) * (line[x + k] ?? 0);
      across[start + x] = value / sum;
    }
  }
  const data = new Float32Array(image.data.length);
  for (let k = 0; k < kernel.length; k++) {
    const weight = (kernel[k] ?? 0) / sum;
    for (let y = 0; y < rows; y++) {
      const from = Math.min(rows - 1, Math.max(0, y + k - radius)) * columns;
      const to = y * columns;
      for (let x = 0; x < columns; x++) data[to + x] = (data[to + x] ?? 0) + weight * (across[from + x] ?? 0);
    }
  }
  return { rows, columns, data };
}
