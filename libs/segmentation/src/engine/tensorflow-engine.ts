import type { Backend } from '../backend/backend.ts';
import { loadSegmenter } from '../segmenter/load-segmenter.ts';
import type { Engine } from './engine.ts';

export function tensorflowEngine(backend: Backend, reason: string): Engine {
  return { name: 'tensorflow', backend: backend.name, reason, load: (weights) => loadSegmenter(weights, backend) };
}
