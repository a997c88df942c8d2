export type { Backend, BackendName, ScalarWriter } from './backend/backend.ts';
export { openBackend, type BackendPreference } from './backend/open-backend.ts';
export { createNetwork } from './networks/create-network.ts';
export { countParameters, networkNames, type Network, type NetworkName } from './networks/network.ts';
export { loadSegmenter, type Segmenter } from './segmenter/load-segmenter.ts';
export { parseWeights, serializeWeights, type ModelFile } from './weights/model-file.ts';
export type { NamedArray, NamedArrays } from './weights/named-arrays.ts';
export { readWeights } from './weights/read-weights.ts';
