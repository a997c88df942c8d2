import type {
  AbnormalityKind,
  Laterality,
  ModelAlias,
  OfficialSplit,
  PatientCode,
  Sha256,
  Uuid,
  ViewPosition,
  ViewRef,
} from '@mammoline/kernel';
import type {
  AbnormalityRecord,
  AuditHead,
  AuditRecord,
  CatalogueCounts,
  DeadLetterRecord,
  DeidentificationRecord,
  EpochRecord,
  EvaluationRecord,
  ImageRecord,
  ImportTotals,
  InboxEntry,
  MaskSet,
  MergedMaskRecord,
  ModelCardRecord,
  ModelMoveRecord,
  ModelVersionRecord,
  NewAuditEntry,
  NewModelVersion,
  NewImage,
  NewRepair,
  OutboxRow,
  Page,
  PageRequest,
  PatientTraits,
  PredictionRecord,
  PreparationInputs,
  PreparedViewRecord,
  RepairRecord,
  RunState,
  SourceFileRecord,
  SplitRecord,
  StageStatistics,
  TableRow,
  TrainingRunRecord,
  ViewRecord,
} from './records.ts';
import type { BlobRef } from '@mammoline/contracts';
import type { ChangedRows } from './tables/save-table-rows.ts';

/** Filters of a list of views; undefined matches all. */
export interface ViewFilter {
  readonly kind?: AbnormalityKind | undefined;
  readonly split?: OfficialSplit | undefined;
  readonly laterality?: Laterality | undefined;
  readonly position?: ViewPosition | undefined;
  readonly pathology?: string | undefined;
  /** Some hundred at most: their views are sorted for every page. */
  readonly patients?: readonly PatientCode[] | undefined;
}

/** The tables that description tables are of: Mass or Calc, Training or Test. */
export interface TableKind {
  readonly kind: AbnormalityKind;
  readonly split: OfficialSplit;
}

export interface PredictionFilter {
  readonly patient?: PatientCode | undefined;
  readonly view?: ViewRef | undefined;
  readonly modelVersionId?: Uuid | undefined;
}

/**
 * Reads. Each call is one consistent snapshot.
 * Every method throws Failure `unavailable` where Postgres does not answer.
 */
export interface CatalogueReader {
  sourceFile(path: string): Promise<SourceFileRecord | undefined>;
  /** The records of those of the paths that have one, in any order; at most 1000 paths. */
  sourceFiles(paths: readonly string[]): Promise<readonly SourceFileRecord[]>;
  dicomFile(sha256: Sha256): Promise<BlobRef | undefined>;
  importTotals(importId?: Uuid): Promise<ImportTotals>;
  listSourceFiles(outcome: 'STORED' | 'DUPLICATE' | 'REJECTED' | undefined, page: PageRequest): Promise<Page<SourceFileRecord>>;
  /** What de-identification did to each file, by hash. */
  listDeidentifications(page: PageRequest): Promise<Page<DeidentificationRecord>>;
  tableImported(sha256: Sha256): Promise<boolean>;
  /** The kinds and official splits of which a description table has been taken whole. */
  tablesTaken(): Promise<readonly TableKind[]>;

  image(id: Uuid): Promise<ImageRecord | undefined>;
  imageBySha256(sha256: Sha256): Promise<ImageRecord | undefined>;
  /** Images of one series, for telling crop from mask and for holding them against the tables. */
  imagesOfSeries(seriesInstanceUid: string): Promise<readonly ImageRecord[]>;
  abnormality(view: ViewRef, kind: AbnormalityKind, number: number): Promise<AbnormalityRecord | undefined>;
  /** By name order, all kinds and UNKNOWN. */
  listImages(page: PageRequest): Promise<Page<ImageRecord>>;

  view(ref: ViewRef): Promise<ViewRecord | undefined>;
  listViews(filter: ViewFilter, page: PageRequest): Promise<Page<ViewRecord>>;
  listPatients(page: PageRequest): Promise<Page<{ readonly code: PatientCode; readonly views: number; readonly abnormalities: number }>>;
  listRepairs(kind: string | undefined, page: PageRequest): Promise<Page<RepairRecord>>;
  /** Table rows whose full, crop or mask has no image, by view. One line each: `Mass-Training_P_00001_LEFT_CC_1: no MASK`. A page looks at so many views. */
  rowsWithoutFiles(page: PageRequest): Promise<Page<string>>;
  /** Images of a kind and split that no row of the tables names, by view; a FULL has a row where its view has one. A page looks at so many views. */
  filesWithoutRows(kind: AbnormalityKind, split: OfficialSplit, page: PageRequest): Promise<Page<ImageRecord>>;

  masksOf(view: ViewRef, kind: AbnormalityKind): Promise<MaskSet | undefined>;
  preparationInputs(view: ViewRef, kind: AbnormalityKind): Promise<PreparationInputs | undefined>;
  preparedView(id: Uuid): Promise<PreparedViewRecord | undefined>;
  preparedViewOf(view: ViewRef, kind: AbnormalityKind): Promise<PreparedViewRecord | undefined>;
  /** All prepared views with a mask of a kind (undefined: all kinds), ordered by view; the data of a training run. */
  preparedViews(kind: AbnormalityKind | undefined): Promise<readonly PreparedViewRecord[]>;
  /** Those that another recipe prepared, by id. @param after the last id of the page before */
  preparedOtherwise(recipeHash: Sha256, after: Uuid | undefined, atMost: number): Promise<readonly PreparedViewRecord[]>;
  preparedCrop(imageId: Uuid): Promise<BlobRef | undefined>;
  mergedMask(view: ViewRef, kind: AbnormalityKind): Promise<MergedMaskRecord | undefined>;

  /** Of every patient with an abnormality of the kind (undefined: of any kind), by patient. */
  patientTraits(kind: AbnormalityKind | undefined): Promise<readonly PatientTraits[]>;
  split(hash: Sha256): Promise<SplitRecord | undefined>;
  trainingRun(id: Uuid): Promise<TrainingRunRecord | undefined>;
  trainingEpochs(runId: Uuid): Promise<readonly EpochRecord[]>;
  model(id: Uuid): Promise<ModelVersionRecord | undefined>;
  /** The version that an alias names now. */
  modelOfAlias(alias: ModelAlias): Promise<ModelVersionRecord | undefined>;
  listModels(page: PageRequest): Promise<Page<ModelVersionRecord>>;
  /** The card that was made of a version last. */
  modelCard(modelVersionId: Uuid): Promise<ModelCardRecord | undefined>;
  /** The moves of an alias (undefined: of all), the latest first. */
  listModelMoves(alias: ModelAlias | undefined, page: PageRequest): Promise<Page<ModelMoveRecord>>;
  prediction(id: Uuid): Promise<PredictionRecord | undefined>;
  predictionOf(view: ViewRef, kind: AbnormalityKind, modelVersionId: Uuid): Promise<PredictionRecord | undefined>;
  /** The last one of the model version. */
  evaluation(modelVersionId: Uuid): Promise<EvaluationRecord | undefined>;
  /** The newest first, by the time of the last save. */
  listPredictions(filter: PredictionFilter, page: PageRequest): Promise<Page<PredictionRecord>>;

  /** The record of calls, in the order of its chain. */
  listAudit(page: PageRequest): Promise<Page<AuditRecord>>;
  auditHead(): Promise<AuditHead | undefined>;

  counts(): Promise<CatalogueCounts>;
  stageStatistics(): Promise<readonly StageStatistics[]>;
  deadLetters(page: PageRequest): Promise<Page<DeadLetterRecord>>;
  /** How many dead letters each stage has that were not replayed; stages without any are absent. */
  openDeadLetters(): Promise<readonly { readonly stage: string; readonly count: number }[]>;
  /** The keys of the events that the stage could not take and that were not replayed. */
  deadLetterKeys(stage: string): Promise<ReadonlySet<string>>;
  /** Those of the events that the stage has taken, with whatever outcome. Spares a repeat the work; recordInbox alone decides. */
  eventsTaken(stage: string, eventIds: readonly Uuid[]): Promise<ReadonlySet<Uuid>>;
  /** Outbox rows not published yet. */
  outboxDepth(): Promise<number>;
  /** Age of the first row that is not published yet; 0 where there is none. */
  outboxAgeMs(): Promise<number>;
}

/** Writes, inside one short transaction. */
export interface CatalogueTx {
  /** Locks the view and checks its revision. @throws Failure conflict where it differs: the caller's input is stale. */
  expectViewRevision(view: ViewRef, revision: number): Promise<void>;

  /**
   * Says how whoever takes files or tables names patients: by pseudonyms under the key of the fingerprint, or (undefined) as they came. The first to say so in a catalogue decides.
   * @throws Failure invalid where the catalogue was begun otherwise: one patient would become two, or a name stand beside its pseudonym
   */
  claimPatientNaming(keyFingerprint: string | undefined): Promise<void>;
  /** Inserts; a content that has a record keeps it. */
  saveDeidentifications(records: readonly DeidentificationRecord[]): Promise<void>;
  saveImport(run: { readonly id: Uuid; readonly directory: string }): Promise<void>;
  finishImport(id: Uuid): Promise<void>;
  /** Inserts or replaces the rows of paths, each named once. */
  saveSourceFiles(files: readonly SourceFileRecord[]): Promise<void>;
  /** Returns the contents that are new; the others were there already (the caller records duplicates). Concurrent callers: one wins. */
  saveDicomFiles(files: readonly { readonly blob: BlobRef; readonly sourcePath: string }[]): Promise<ReadonlySet<Sha256>>;
  /** The content is at another place now: points its DicomFile and its Image, where there is one, to `blob.uri`. */
  relocateDicomFile(blob: BlobRef): Promise<void>;
  /**
   * Writes rows of a description table, with patients and views; bumps the revision of each view that changed. All rows of a view belong into one call.
   * Returns what changed, and whether there are files that it matters to.
   */
  saveTableRows(rows: readonly TableRow[]): Promise<readonly ChangedRows[]>;
  /** The rows of a table of these kinds and splits are in. Returns those whose files from before have not been held against it yet. */
  markTablesTaken(tables: readonly TableKind[]): Promise<readonly TableKind[]>;
  /** The table is taken: its rows are in, and the files from before have been held against its kinds and splits. */
  saveImportedTable(table: {
    readonly sha256: Sha256;
    readonly fileName: string;
    readonly rows: number;
    readonly problems: readonly string[];
    readonly tables: readonly TableKind[];
  }): Promise<void>;
  /**
   * Inserts an image (idempotent by sha256; one that is there as UNKNOWN is placed where `image` has a case now) with its patient, view and, for a crop or mask, its abnormality (inTables false where new), bumps the
   * view's revision and renumbers the variants of its name by source path. Returns the record and the other images of the same name.
   */
  saveImage(image: NewImage): Promise<{ readonly image: ImageRecord; readonly sameName: readonly ImageRecord[]; readonly isNew: boolean }>;
  /** Idempotent: one row per kind and subject, the latest `was` and `now`. */
  saveRepair(repair: NewRepair): Promise<void>;

  /** Replaces the merged mask of the view and kind, counts its revision on, and bumps the view's revision. Call expectViewRevision first. */
  saveMergedMask(view: ViewRef, mask: Omit<MergedMaskRecord, 'id' | 'revision'>): Promise<MergedMaskRecord>;
  savePreparedView(prepared: Omit<PreparedViewRecord, 'id' | 'revision'>): Promise<PreparedViewRecord>;
  savePreparedCrop(imageId: Uuid, recipeHash: Sha256, blob: BlobRef): Promise<void>;

  saveSplit(split: SplitRecord): Promise<void>;
  insertTrainingRun(run: { readonly id: Uuid; readonly options: unknown; readonly splitHash: Sha256 }): Promise<void>;
  updateTrainingRun(
    id: Uuid,
    change: {
      readonly state?: RunState;
      readonly error?: string;
      readonly stepsDone?: number;
      readonly steps?: number;
      readonly checkpoint?: unknown;
      readonly provenance?: unknown;
    },
  ): Promise<void>;
  /** Ends a run that is queued or running as failed, with the error `cancelled`; its worker hears of it at its next beat. False where it had ended before, or there is none. */
  cancelTrainingRun(id: Uuid): Promise<boolean>;
  saveEpoch(runId: Uuid, epoch: EpochRecord): Promise<void>;
  /** Idempotent by id; a version is never changed. The first of a catalogue becomes the champion. */
  insertModelVersion(model: NewModelVersion): Promise<void>;
  /** Lets the alias name the version. Undefined where it does already. Moves wait for each other. @throws Failure invalid for an unknown version */
  promoteModel(alias: ModelAlias, to: Uuid): Promise<ModelMoveRecord | undefined>;
  /**
   * Lets the alias name what it named before the version that it names now; again goes back further.
   * @param leaving the version that the caller saw it name: a repeat of a rollback that is done gives the same move again
   * @throws Failure invalid where the alias names another one, or named none before
   */
  rollbackModel(alias: ModelAlias, leaving: Uuid): Promise<ModelMoveRecord>;
  /** Inserts or replaces the card of a version. */
  saveModelCard(modelVersionId: Uuid, card: ModelCardRecord): Promise<void>;
  /** Inserts or replaces the prediction of a view, kind and model. */
  savePrediction(prediction: Omit<PredictionRecord, 'createdAt'>): Promise<void>;

  /** Inserts or replaces the evaluation of a model version. */
  saveEvaluation(evaluation: Omit<EvaluationRecord, 'createdAt'>): Promise<void>;

  /** Records events, and returns those that the stage had not taken before: for another nothing else may be written. */
  recordInbox(stage: string, entries: readonly InboxEntry[]): Promise<ReadonlySet<Uuid>>;
  /** Idempotent by id. Wakes the relay (NOTIFY mammoline_outbox). */
  appendOutbox(rows: readonly OutboxRow[]): Promise<void>;
  /** Has events published (again), whether their rows are still in the outbox, published or not, or gone: sets publishedAt to null, inserts missing rows. Wakes the relay. */
  republish(rows: readonly OutboxRow[]): Promise<void>;
  /** One row per stage and event; a repeat counts the attempts up. */
  saveDeadLetter(letter: Omit<DeadLetterRecord, 'id' | 'createdAt' | 'replayedAt'>): Promise<void>;
  /** Marks dead letters replayed and forgets their inbox rows, so that the stage takes the event again. Undefined ids: all not replayed. */
  markReplayed(ids: readonly Uuid[] | undefined): Promise<readonly DeadLetterRecord[]>;
}

/** One training run at a time, over all replicas. */
export interface TrainingLeases {
  /** Takes the oldest run, or `runId`, that is queued, or running with an expired lease, while no other run has a live lease. */
  acquire(owner: string, leaseMs: number, runId?: Uuid): Promise<TrainingRunRecord | undefined>;
  /** Extends the lease. False when it was lost: stop at once. */
  beat(runId: Uuid, owner: string, leaseMs: number): Promise<boolean>;
  /** Gives the run back to the queue. An `unspent` attempt is not counted: the owner was asked to stop, and nothing is wrong with the run. */
  release(runId: Uuid, owner: string, attempt: 'spent' | 'unspent'): Promise<void>;
}

export interface Catalogue extends CatalogueReader {
  readonly trainingLeases: TrainingLeases;
  /** Runs one transaction (read committed, at most 15 s); throws what `work` throws, after rolling back; Postgres' own trouble as Failure. */
  transaction<T>(work: (tx: CatalogueTx) => Promise<T>): Promise<T>;
  /** Records a call, in a transaction of its own: it is on record when this resolves. */
  appendAudit(entry: NewAuditEntry): Promise<void>;
  /** Rejects with Failure unavailable where Postgres does not answer within the time. */
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}
