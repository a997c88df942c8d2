import type { CatalogueCounts, ImportTotals, RepairRecord, SplitKind, StageStatistics } from '@mammoline/catalogue';

/** Sizes of the three parts of a split. */
export interface SplitSizes {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

export interface ViewScoreJson {
  /** Case name. */
  readonly case: string;
  readonly dice: number;
  readonly iou: number;
  readonly truthAreaPx: number;
  readonly predictedAreaPx: number;
  /** Of models that look more than once: how much their looks disagree, and whether that is above the model's limit. */
  readonly uncertainty?: number | undefined;
  readonly isAbstained?: boolean | undefined;
}

/** `report.json`: for programs; the fields are documented in docs/reference/cli.md. */
export interface ReportJson {
  readonly run: {
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly input: string;
    readonly trainingRunId: string;
    readonly modelVersionId: string;
  };
  readonly ingest: ImportTotals;
  readonly catalogue: Omit<CatalogueCounts, 'mergedMasks' | 'preparedViews' | 'predictions'>;
  readonly repairs: readonly Pick<RepairRecord, 'kind' | 'subject' | 'was' | 'now'>[];
  readonly split: { readonly kind: SplitKind; readonly hash: string; readonly patients: SplitSizes; readonly views: SplitSizes };
  readonly training: {
    readonly network: string;
    readonly parameters: number;
    readonly backend: string;
    readonly bestEpoch: number;
    /** Code version, machine, backend, hashes of the data; see docs/reference/training.md. */
    readonly provenance: unknown;
    readonly epochs: readonly { readonly epoch: number; readonly loss: number; readonly valDice: number; readonly seconds: number }[];
  };
  readonly evaluation: {
    readonly views: number;
    readonly meanDice: number;
    readonly medianDice: number;
    readonly meanIou: number;
    readonly medianIou: number;
    readonly perView: readonly ViewScoreJson[];
  };
  readonly stages: Readonly<Record<string, Omit<StageStatistics, 'stage'>>>;
}
