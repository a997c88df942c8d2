import type { Segmenter } from '../segmenter/load-segmenter.ts';

export const enginePreferences = ['auto', 'tensorflow', 'onnx'] as const;
export type EnginePreference = (typeof enginePreferences)[number];

/** What runs trained networks. */
export interface Engine {
  readonly name: 'tensorflow' | 'onnx';
  /** What it computes on: TensorFlow's backend, or `cpu`. */
  readonly backend: string;
  /** Why this one, for a log line. */
  readonly reason: string;
  /** @throws Failure invalid for bytes that are not a model of this project */
  load(weights: Uint8Array): Promise<Segmenter>;
}
