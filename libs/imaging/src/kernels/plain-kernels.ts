import type { Kernels } from './kernels.ts';
import { averageAlongRow } from './plain/average-along-row.ts';
import { brightestWithin } from './plain/brightest-within.ts';
import { countValues } from './plain/count-values.ts';
import { dilateAlongColumns } from './plain/dilate-along-columns.ts';
import { dilateAlongRows } from './plain/dilate-along-rows.ts';
import { filterRows } from './plain/filter-rows.ts';
import { interpolateTables } from './plain/interpolate-tables.ts';
import { lookUpBytes } from './plain/look-up-bytes.ts';
import { lookUpWithin } from './plain/look-up-within.ts';
import { markFrom } from './plain/mark-from.ts';
import { mirrorRows } from './plain/mirror-rows.ts';
import { sumRows } from './plain/sum-rows.ts';
import { valueRange } from './plain/value-range.ts';

/** The kernels in plain TypeScript, for processors without SIMD (x64 before SSE 4.1). */
export const createPlainKernels = (): Kernels => ({
  name: 'plain',
  startOver: () => undefined,
  bytes: (length) => new Uint8Array(length),
  words16: (length) => new Uint16Array(length),
  words32: (length) => new Uint32Array(length),
  singles: (length) => new Float32Array(length),
  valueRange,
  markFrom,
  dilateAlongRows,
  dilateAlongColumns,
  brightestWithin,
  lookUpWithin,
  mirrorRows,
  countValues,
  interpolateTables,
  lookUpBytes,
  sumRows,
  averageAlongRow,
  filterRows,
});
