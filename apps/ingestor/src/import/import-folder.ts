import { posix } from 'node:path';
import type { SourceEntry, SourceTree } from '@mammoline/blobs';
import type { SourceFileRecord } from '@mammoline/catalogue';
import { backoffDelayMs, deriveUuid, describeError, Failure, mapInOrder, sleep } from '@mammoline/kernel';
import type { Uuid } from '@mammoline/kernel';
import type { IngestPorts } from '../ingest-ports.ts';
import { examineFile } from './examine-file.ts';
import type { Examination } from './examine-file.ts';
import { noTotals } from './import-totals.ts';
import type { RunningTotals } from './import-totals.ts';
import { isCompanionName } from './is-companion-name.ts';
import { isAt, recordFiles } from './record-files.ts';
import type { RecordedFile } from './record-files.ts';

/** Files that are looked up, read and committed together: few, so that a crash repeats little and progress shows. */
export const filesPerBatch = 16;
/** Files read at once: enough to keep a disk busy while another one is hashed. */
const filesAtOnce = 4;
const commitAttempts = 6;

export interface FolderImport {
  readonly importId: Uuid;
  readonly totals: RunningTotals;
}

/**
 * Takes every file of a folder, or of what is under a prefix of a bucket, once, and accounts for each: after any crash or repeat the catalogue is the same and each content has been announced once.
 * Yields the totals after every batch.
 * @throws Failure unavailable where the catalogue, the store or the tree does not answer; the signal's reason.
 */
export async function* importFolder(
  runtime: IngestPorts,
  tree: SourceTree,
  options: { readonly copy: boolean; readonly signal: AbortSignal },
): AsyncGenerator<FolderImport, void, undefined> {
  const { signal } = options;
  const importId = await beginImport(runtime, tree);
  const log = runtime.log.child({ importId });
  let totals = noTotals;
  const skipped = (sourcePath: string, reason: string): void => {
    log.debug({ sourcePath, reason }, 'ignored');
    totals = { ...totals, ignored: totals.ignored + 1 };
  };
  for await (const batch of batchesOf(tree.walk(skipped, signal))) {
    const taken = await takeBatch(runtime, { importId, tree }, batch, options);
    for (const [index, file] of taken.entries()) {
      if (file.kind === 'ignored') skipped(batch[index]?.sourcePath ?? '', file.detail);
      else totals = count(totals, file);
    }
    yield { importId, totals };
  }
  await runtime.commit(deriveUuid('import finished', importId), { write: (tx) => tx.finishImport(importId) });
  log.info(totals, 'folder imported');
  yield { importId, totals };
}

/** The import of a tree is one thing, however often it is repeated. @throws Failure invalid where the catalogue was begun under other names of patients */
export async function beginImport(runtime: IngestPorts, { root }: SourceTree): Promise<Uuid> {
  const importId = deriveUuid('import', root);
  await runtime.commit(deriveUuid('import started', importId), {
    write: async (tx) => {
      await tx.claimPatientNaming(runtime.pseudonyms?.fingerprint);
      await tx.saveImport({ id: importId, directory: root });
    },
  });
  return importId;
}

/** Which import files belong to, and where they are. */
export interface ImportPlace {
  readonly importId: Uuid;
  readonly tree: SourceTree;
}

export type TakenFile =
  (RecordedFile & { readonly kind: 'counted'; readonly bytesRead: number }) | { readonly kind: 'ignored'; readonly detail: string };

/** Looks at the files of a batch and records what is new. Where the catalogue is away for a while or a rival came first, again with what it says then. */
export async function takeBatch(
  runtime: IngestPorts,
  place: ImportPlace,
  batch: readonly SourceEntry[],
  { copy, signal }: { readonly copy: boolean; readonly signal: AbortSignal },
): Promise<readonly TakenFile[]> {
  let examined: readonly Examination[] | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const rows = await runtime.catalogue.sourceFiles(batch.map((entry) => entry.path));
      const known = new Map(rows.map((row) => [row.path, row]));
      examined ??= await mapInOrder(batch, filesAtOnce, (entry) =>
        examineFile(place.tree, entry, {
          isKnown: (stamp) => canBeKnown(known.get(entry.path), stamp),
          copyTo: copy ? runtime.blobs : undefined,
          deidentify: runtime.pseudonyms === undefined ? undefined : { pseudonyms: runtime.pseudonyms, blobs: runtime.blobs },
          limits: runtime.dicomLimits,
          signal,
        }),
      );
      return await recordBatch(runtime, place, batch, examined, known);
    } catch (error) {
      signal.throwIfAborted();
      const mayPass = error instanceof Failure && (error.kind === 'unavailable' || error.kind === 'conflict');
      if (!mayPass || attempt === commitAttempts) throw error;
      runtime.log.warn(
        { importId: place.importId, attempt, err: describeError(error) },
        'a batch of files could not be recorded; trying again',
      );
      await sleep(backoffDelayMs(attempt, { firstDelayMs: 200, maxDelayMs: 5000 }, Math.random), signal);
    }
  }
}

async function recordBatch(
  runtime: IngestPorts,
  { importId, tree }: ImportPlace,
  batch: readonly SourceEntry[],
  examined: readonly Examination[],
  knownByPath: ReadonlyMap<string, SourceFileRecord>,
): Promise<readonly TakenFile[]> {
  const files = batch.flatMap((entry, index) => {
    const examination = examined[index];
    return examination === undefined ? [] : [{ ...entry, examination, known: knownByPath.get(entry.path) }];
  });
  const changed = files.flatMap((file) => {
    const { examination } = file;
    return examination.kind === 'unchanged' || isIgnored(file, examination) ? [] : [{ ...file, examination }];
  });
  const recorded = new Map((await recordFiles(runtime, importId, changed)).map((result, index) => [changed[index]?.path, result]));
  const taken: TakenFile[] = [];
  for (const { path, examination, known } of files) {
    const result = recorded.get(path);
    if (result !== undefined) {
      taken.push({ kind: 'counted', ...result, bytesRead: examination.kind === 'accepted' ? examination.stamp.sizeBytes : 0 });
    } else if (examination.kind === 'unchanged' && known !== undefined) {
      await mendReference(runtime, tree, known);
      taken.push({ kind: 'counted', outcome: known.outcome, wasKnown: true, bytesRead: 0 });
    } else taken.push({ kind: 'ignored', detail: 'accompanies images and holds no DICOM' });
  }
  return taken;
}

/** Tables and documents, by name and for want of DICOM in them. One that is DICOM but damaged is rejected like any other. */
function isIgnored({ sourcePath }: SourceEntry, examination: Examination): boolean {
  if (examination.kind !== 'rejected' || !isCompanionName(posix.basename(sourcePath))) return false;
  return examination.reason !== 'truncated';
}

/** A file that could not be read is tried again each time: giving permission changes neither its size nor its time. */
function canBeKnown(known: SourceFileRecord | undefined, stamp: Examination['stamp']): boolean {
  return known !== undefined && isAt(known, stamp) && !(known.outcome === 'REJECTED' && known.reason === 'unreadable');
}

/** A duplicate takes the place of its original where that has vanished, so that the content stays readable. What is de-identified is in the store and nowhere else. */
async function mendReference(
  runtime: IngestPorts,
  tree: SourceTree,
  { path, outcome, sha256, sizeBytes }: SourceFileRecord,
): Promise<void> {
  if (outcome !== 'DUPLICATE' || sha256 === undefined || runtime.pseudonyms !== undefined) return;
  const kept = await runtime.catalogue.dicomFile(sha256);
  if (kept === undefined || !(await runtime.blobs.hasVanished(kept))) return;
  await runtime.commit(deriveUuid('relocated', path, sha256), {
    write: (tx) => tx.relocateDicomFile(tree.refer({ path }, sha256, sizeBytes)),
  });
}

function count(totals: RunningTotals, file: RecordedFile & { readonly bytesRead: number }): RunningTotals {
  return {
    ...totals,
    found: totals.found + 1,
    stored: totals.stored + Number(file.outcome === 'STORED'),
    duplicates: totals.duplicates + Number(file.outcome === 'DUPLICATE'),
    rejected: totals.rejected + Number(file.outcome === 'REJECTED'),
    unchanged: totals.unchanged + Number(file.wasKnown),
    bytesRead: totals.bytesRead + file.bytesRead,
  };
}

async function* batchesOf(entries: AsyncIterable<SourceEntry>): AsyncGenerator<readonly SourceEntry[], void, undefined> {
  let batch: SourceEntry[] = [];
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < filesPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
