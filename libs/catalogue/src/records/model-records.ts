import type { BlobRef } from '@mammoline/contracts';
import type { AbnormalityKind, ModelAlias, PatientCode, Sha256, Uuid, ViewRef } from '@mammoline/kernel';

/** `ensemble`: what the members of an ensemble learnt from, together. */
export type SplitKind = 'official' | 'patient' | 'kfold' | 'ensemble';

/** What k-fold splits keep in balance. */
export interface PatientTraits {
  readonly patient: PatientCode;
  /** The worst of the patient's abnormalities; undefined where the tables say nothing. */
  readonly pathology: string | undefined;
  /** Whether a view has several abnormalities of one kind. */
  readonly hasSeveral: boolean;
}

export interface SplitRecord {
  readonly hash: Sha256;
  readonly kind: SplitKind;
  /** That drew the validation patients. */
  readonly seed: number;
  readonly abnormalityKind: AbnormalityKind | undefined;
  readonly training: readonly PatientCode[];
  readonly validation: readonly PatientCode[];
  readonly test: readonly PatientCode[];
}

export type RunState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';

export interface EpochRecord {
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number;
  readonly validationDice: number;
  readonly validationIou: number;
  readonly seconds: number;
}

export interface TrainingRunRecord {
  readonly id: Uuid;
  readonly state: RunState;
  readonly options: unknown;
  readonly splitHash: Sha256;
  readonly attempts: number;
  readonly error: string | undefined;
  readonly stepsDone: number;
  readonly steps: number;
  readonly checkpoint: unknown;
  readonly epochs: readonly EpochRecord[];
  readonly modelVersionId: Uuid | undefined;
  /** What it ran with: JSON, or undefined before it began. */
  readonly provenance: unknown;
  readonly createdAt: Date;
}

export interface ModelVersionRecord {
  readonly id: Uuid;
  readonly runId: Uuid;
  readonly network: string;
  readonly imageSize: number;
  readonly abnormalityKind: AbnormalityKind | undefined;
  readonly parameters: number;
  readonly backend: string;
  readonly weights: BlobRef;
  readonly splitHash: Sha256;
  readonly recipeHash: Sha256;
  readonly bestEpoch: number;
  readonly validationDice: number;
  readonly threshold: number;
  /** Components smaller than this share of the prepared square are left out of masks. */
  readonly smallestAreaShare: number;
  /** Of an ensemble: the versions it is made of; none of a version that is one network. */
  readonly memberIds: readonly Uuid[];
  /** Of an ensemble: predictions that are more uncertain are marked; undefined where there was nothing to choose it on. */
  readonly abstainAbove: number | undefined;
  readonly createdAt: Date;
  readonly aliases: readonly ModelAlias[];
}

/** A version to insert; one network where it names no members. */
export type NewModelVersion = Omit<ModelVersionRecord, 'createdAt' | 'aliases' | 'memberIds' | 'abstainAbove'> &
  Partial<Pick<ModelVersionRecord, 'memberIds' | 'abstainAbove'>>;

/** What is known of a model version, as documents. */
export interface ModelCardRecord {
  readonly markdown: BlobRef;
  readonly html: BlobRef;
}

/** Why an alias moved: a first model is the champion by itself; the others are acts of people. */
export type MoveCause = 'FIRST' | 'PROMOTE' | 'ROLLBACK';

/** An alias was moved from one model version to another. */
export interface ModelMoveRecord {
  /** Grows from move to move. */
  readonly position: bigint;
  readonly alias: ModelAlias;
  readonly cause: MoveCause;
  /** Undefined where the alias named none before. */
  readonly from: Uuid | undefined;
  readonly to: Uuid;
  readonly movedAt: Date;
}

/** A connected component of a predicted mask. */
export interface RegionRecord {
  /** x, y, x, y, … through pixel centres of the source image. */
  readonly contour: readonly number[];
  readonly areaPx: number;
  readonly areaMm2: number | undefined;
  readonly probability: number;
}

export interface ScoreRecord {
  readonly dice: number;
  readonly iou: number;
  readonly truthAreaPx: number;
}

export interface PredictionRecord {
  readonly id: Uuid;
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  readonly modelVersionId: Uuid;
  readonly preparedInputsHash: Sha256;
  readonly mask: BlobRef;
  readonly rows: number;
  readonly columns: number;
  readonly regions: readonly RegionRecord[];
  readonly probability: number;
  readonly threshold: number;
  readonly areaPx: number;
  readonly areaMm2: number | undefined;
  readonly score: ScoreRecord | undefined;
  readonly uncertainty: UncertaintyRecord | undefined;
  readonly createdAt: Date;
}

/** What an ensemble says of its own prediction. */
export interface UncertaintyRecord {
  /** How much members and flips disagree, 0 to 1. */
  readonly value: number;
  /** Whether that is above the model's limit; undefined where it has none. */
  readonly isAbstained: boolean | undefined;
  /** 8-bit grey PNG of the mammogram's size: standard deviation of the probabilities, 255 for .5. */
  readonly map: BlobRef;
}

/** The last full evaluation of a model version on its test patients. */
export interface EvaluationRecord {
  readonly modelVersionId: Uuid;
  /** What evaluation.json holds. */
  readonly evaluation: unknown;
  readonly createdAt: Date;
}
