import type { Sha256, Uuid } from '@mammoline/kernel';

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

/** What de-identification did to a file. */
export interface DeidentificationRecord {
  /** Of the content that is stored. */
  readonly sha256: Sha256;
  readonly sourcePath: string;
  /** What the file says of names burnt into its pixels: `NO` or `unstated`. */
  readonly burnedIn: string;
  /** How many attributes are as they were. */
  readonly kept: number;
  /** By attribute, never with a value. */
  readonly changes: readonly { readonly tag: string; readonly name: string; readonly done: string; readonly times: number }[];
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
