// The inner loops of libs/imaging in AssemblyScript, compiled to SIMD WebAssembly (npm run build:kernels -> src/kernels/kernels.wasm).
// Each has a twin of the same name in src/kernels/plain, which says what it does; specs hold both to the same bits.
export { valueRange } from './value-range';
export { markFrom } from './mark-from';
export { dilateAlongRows } from './dilate-along-rows';
export { dilateAlongColumns } from './dilate-along-columns';
export { brightestWithin } from './brightest-within';
export { lookUpWithin } from './look-up-within';
export { mirrorRows } from './mirror-rows';
export { countValues } from './count-values';
export { interpolateTables } from './interpolate-tables';
export { sumRows } from './sum-rows';
export { averageAlongRow } from './average-along-row';
export { filterRows } from './filter-rows';
export { markBytesFrom } from './mark-bytes-from';
export { valueRangeOfBytes } from './value-range-of-bytes';
export { lookUpBytes } from './look-up-bytes';
