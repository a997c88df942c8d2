import type { BlobRef } from '@mammoline/contracts';
import type { AbnormalityKind, CaseRef, ImageKind, ModelAlias, OfficialSplit, PatientCode, Sha256, Uuid, ViewRef } from '@mammoline/kernel';

/** What is written and read: plain values, no Prisma types. Ids derive from content or keys (`deriveUuid`), so repeats write the same rows. */

export interface ImportTotals {
  readonly found: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: number;
}

export type FileOutcome = 'STORED' | 'DUPLICATE' | 'REJECTED';

export interface SourceFileRecord {
  /** Absolute path, or `upload:<name>:<sha256>`. Unique. */
  readonly path: string;
  readonly importId: Uuid;
  readonly sourcePath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Of the file system, as 64 bits with a sign; undefined where there is none, or it was not kept yet. */
  readonly inode: bigint | undefined;
  readonly sha256: Sha256 | undefined;
  readonly outcome: FileOutcome;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
}

/** The header of a file, as far as the catalogue keeps it. */
export interface ImageHeaderRecord {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly rows: number;
  readonly columns: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly photometric: string;
  /** Row then column spacing in mm. */
  readonly pixelSpacingMm: readonly [number, number] | undefined;
}

export interface NewImage {
  readonly blob: BlobRef;
  readonly sourcePath: string;
  readonly header: ImageHeaderRecord;
  /** Undefined for UNKNOWN. */
  readonly case: CaseRef | undefined;
  readonly kind: ImageKind | 'UNKNOWN';
  readonly abnormalityNumber: number | undefined;
  readonly evidence: string;
}

export interface ImageRecord extends NewImage {
  readonly id: Uuid;
  /** 1 for the first file of its name by source path. */
  readonly variant: number;
}

export interface AbnormalityRecord {
  readonly kind: AbnormalityKind;
  readonly number: number;
  readonly officialSplit: OfficialSplit;
  readonly pathology: string | undefined;
  readonly assessment: number | undefined;
  readonly subtlety: number | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly inTables: boolean;
  /** Paths of the table row, trimmed; not to be trusted. */
  readonly fullPath: string | undefined;
  readonly cropPath: string | undefined;
  readonly maskPath: string | undefined;
}

/** One row of a description table, parsed. */
export interface TableRow extends Omit<AbnormalityRecord, 'inTables'> {
  readonly view: ViewRef;
  readonly breastDensity: number | undefined;
}

export interface MergedMaskRecord {
  readonly id: Uuid;
  readonly abnormalityKind: AbnormalityKind;
  readonly revision: number;
  readonly inputsHash: Sha256;
  /** 8-bit grey PNG of the mammogram's size, 0 or 255. */
  readonly blob: BlobRef;
  readonly rows: number;
  readonly columns: number;
  readonly maskCount: number;
  /** Masks left out because their aspect ratio is not the mammogram's. */
  readonly refusedCount: number;
  readonly areaPx: number;
}

export interface PreparedViewRecord {
  readonly id: Uuid;
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  readonly officialSplit: OfficialSplit;
  readonly revision: number;
  readonly inputsHash: Sha256;
  readonly recipeHash: Sha256;
  /** JSON of imaging's Geometry. */
  readonly geometry: unknown;
  readonly image: BlobRef;
  readonly mask: BlobRef | undefined;
}

/** A prepared mammogram and what is marked in it, as networks learn from it. */
export interface PreparedPair {
  readonly image: BlobRef;
  /** One, or one of each kind; their union is the truth. */
  readonly masks: readonly BlobRef[];
}

/** All that is known of one view. */
export interface ViewRecord {
  readonly id: Uuid;
  readonly ref: ViewRef;
  readonly breastDensity: number | undefined;
  readonly revision: number;
  readonly abnormalities: readonly AbnormalityRecord[];
  readonly images: readonly ImageRecord[];
  readonly mergedMasks: readonly MergedMaskRecord[];
  readonly preparedViews: readonly PreparedViewRecord[];
}

/** What the mask-merger needs: state, not deltas. */
export interface MaskSet {
  /** View.revision that this was read at; hand it to `expectViewRevision` in the write. */
  readonly viewRevision: number;
  /** 1 to 4 (BI-RADS a to d); undefined where no table says. */
  readonly breastDensity: number | undefined;
  /** Abnormalities promised by the tables; where there is no table row for the view and kind, those that masks name. */
  readonly expected: number;
  /** How many of the expected have no mask yet. */
  readonly missing: number;
  readonly full: ImageRecord | undefined;
  /** All masks of the view and kind, sorted by abnormality number, then variant. */
  readonly masks: readonly ImageRecord[];
  readonly merged: MergedMaskRecord | undefined;
}

/** What the preprocessor needs. */
export interface PreparationInputs {
  readonly viewRevision: number;
  readonly breastDensity: number | undefined;
  readonly full: ImageRecord | undefined;
  readonly merged: MergedMaskRecord | undefined;
  /** True while masks that the tables promise, or that have come, are not merged yet. */
  readonly maskPending: boolean;
  readonly prepared: PreparedViewRecord | undefined;
}

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

export interface NewRepair {
  /** kebab-case, e.g. `patient-id-suffix`, `missing-description`, `columns-swapped`, `name-clash`, `mask-resampled`. */
  readonly kind: string;
  /** Image name, source path or case that the repair is about; kind and subject name the repair. */
  readonly subject: string;
  readonly was: string;
  readonly now: string;
}

export interface RepairRecord extends NewRepair {
  readonly id: Uuid;
  readonly createdAt: Date;
}

export interface DeadLetterRecord {
  readonly id: Uuid;
  readonly stage: string;
  readonly eventId: Uuid;
  readonly topic: string;
  readonly key: string;
  readonly source: string;
  readonly traceparent: string | undefined;
  readonly payload: Uint8Array;
  readonly eventTime: Date;
  readonly errorKind: string;
  readonly error: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly replayedAt: Date | undefined;
}

export interface InboxEntry {
  readonly eventId: Uuid;
  readonly outcome: 'done' | 'skip' | 'dead';
  readonly reason: string | undefined;
  readonly wallMs: number;
}

export interface OutboxRow {
  readonly id: Uuid;
  readonly topic: string;
  readonly key: string;
  readonly source: string;
  readonly traceparent: string | undefined;
  /** CloudEvents extension attributes. */
  readonly extensions?: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** Counts for the report and `mammoline status`. */
export interface CatalogueCounts {
  readonly patients: number;
  readonly views: number;
  readonly abnormalities: number;
  readonly full: number;
  readonly crop: number;
  readonly mask: number;
  readonly unknown: number;
  readonly multiAbnormalityViews: number;
  readonly mergedMasks: number;
  readonly preparedViews: number;
  readonly predictions: number;
}

/** What a stage has taken, as far as the inbox remembers, and the durations of the latest of it. */
export interface StageStatistics {
  readonly stage: string;
  readonly count: number;
  readonly failures: number;
  readonly wallMsMedian: number;
  readonly wallMsP99: number;
}

/** A page of rows in a stable order. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Hand it to the next call; undefined on the last page. */
  readonly nextPageToken: string | undefined;
}

export interface PageRequest {
  /** 1 to 1000. */
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

/** What is recorded of a call. */
export interface NewAuditEntry {
  readonly service: string;
  /** Subject of the caller's token; `anonymous` where there is none. */
  readonly who: string;
  /** Address that the call came from. */
  readonly peer: string;
  readonly method: string;
  /** Ids of what the call was about; empty where it was about all. */
  readonly subject: string;
  /** A gRPC status; STARTED before a call that changes something. */
  readonly outcome: string;
}

/** A link of the chain of hashes. */
export interface AuditRecord extends NewAuditEntry {
  /** 1 and up, without gaps. */
  readonly position: bigint;
  readonly at: Date;
  readonly previousHash: string;
  readonly hash: string;
}

/** The end of the chain. */
export type AuditHead = Pick<AuditRecord, 'position' | 'hash'>;
