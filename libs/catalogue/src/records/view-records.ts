import type { BlobRef } from '@mammoline/contracts';
import type { AbnormalityKind, CaseRef, ImageKind, OfficialSplit, Sha256, Uuid, ViewRef } from '@mammoline/kernel';

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
  /** The same before its contrast is evened out; undefined where it was prepared before there were such pictures. */
  readonly plain: BlobRef | undefined;
  readonly mask: BlobRef | undefined;
}

/** A prepared mammogram and what is marked in it, as networks learn from it. */
export interface PreparedPair extends Pick<PreparedViewRecord, 'image' | 'plain'> {
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
