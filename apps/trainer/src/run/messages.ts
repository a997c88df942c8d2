import type { EpochRecord, PreparedPair } from '@mammoline/catalogue';
import type { BlobRef } from '@mammoline/contracts';
import type { FailureKind } from '@mammoline/kernel';
import type { TrainingOptions } from '../training-options.ts';

/** What the training process is told, once. */
export interface TrainingOrder {
  readonly runId: string;
  readonly options: TrainingOptions;
  readonly training: readonly PreparedPair[];
  readonly validation: readonly PreparedPair[];
  /** Go on from here. */
  readonly checkpoint: BlobRef | undefined;
}

/** What the training process tells. */
export type TrainingNews =
  | { readonly kind: 'backend'; readonly name: string; readonly reason: string }
  | { readonly kind: 'step'; readonly stepsDone: number; readonly steps: number }
  | { readonly kind: 'epoch'; readonly epoch: EpochRecord; readonly checkpoint: BlobRef }
  | {
      readonly kind: 'finished';
      readonly weights: BlobRef;
      readonly backend: string;
      readonly parameters: number;
      readonly bestEpoch: number;
      readonly validationDice: number;
      readonly threshold: number;
      readonly smallestAreaShare: number;
      readonly abstainAbove: number | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: FailureKind; readonly message: string };

export type Finished = Extract<TrainingNews, { kind: 'finished' }>;
