import type { ModelVersionRecord, SplitRecord, TrainingRunRecord } from '@mammoline/catalogue';
import type { CardTable } from './model-card.ts';

/** What a card is made of. All of it is in the catalogue, so the same facts give the same card, byte for byte. */
export interface CardFacts {
  readonly model: ModelVersionRecord;
  readonly split: SplitRecord;
  readonly run: Pick<TrainingRunRecord, 'options' | 'epochs'>;
  readonly test: TestScores;
}

/** Scores on the test patients, as far as they are predicted. */
export interface TestScores {
  readonly views: number;
  /** Test views without a prediction or without a truth. */
  readonly unscored: number;
  readonly meanDice: number;
  readonly medianDice: number;
  readonly meanIou: number;
  readonly medianIou: number;
  /** Further tables below the means: intervals, strata, calibration. */
  readonly details: readonly { readonly heading: string; readonly about: string; readonly table: CardTable }[];
}
