import type { FileStamp } from '@mammoline/blobs';
import { dicomReceived, dicomRejected, outgoing } from '@mammoline/contracts';
import type { BlobRef, OutgoingEvent } from '@mammoline/contracts';
import type { CatalogueTx, FileOutcome, SourceFileRecord } from '@mammoline/catalogue';
import { deriveUuid } from '@mammoline/kernel';
import type { Sha256, Uuid } from '@mammoline/kernel';
import type { Runtime } from '@mammoline/service';
import type { Examination } from './examine-file.ts';

/** A file that was looked at and is not as it is in the catalogue. */
export interface ExaminedFile {
  /** Absolute path, `s3://bucket/key`, or the name of an upload. Unique. */
  readonly path: string;
  readonly sourcePath: string;
  readonly examination: Exclude<Examination, { kind: 'unchanged' }>;
  /** What the catalogue says of the path. */
  readonly known: SourceFileRecord | undefined;
}

export interface RecordedFile {
  readonly outcome: FileOutcome;
  /** The catalogue said the same before. */
  readonly wasKnown: boolean;
}

/**
 * Records files and announces what is new, in one transaction: a content is announced exactly once, whoever dies when.
 * @returns one result for each file, in order
 */
export async function recordFiles(runtime: Runtime, importId: Uuid, files: readonly ExaminedFile[]): Promise<readonly RecordedFile[]> {
  if (files.length === 0) return [];
  const cause = deriveUuid('import', ...files.flatMap(({ path, examination }) => [path, describe(examination)]));
  const { results } = await runtime.commit(cause, {
    write: async (tx) => {
      const accepted = files.flatMap(({ examination, sourcePath }) =>
        examination.kind === 'accepted' ? [{ blob: examination.blob, sourcePath }] : [],
      );
      const fresh = new Set(await tx.saveDicomFiles(accepted));
      await tx.saveDeidentifications(
        files.flatMap(({ examination, sourcePath }) =>
          examination.kind === 'accepted' && examination.report !== undefined && fresh.has(examination.blob.sha256)
            ? [{ sha256: examination.blob.sha256, sourcePath, ...examination.report }]
            : [],
        ),
      );
      const events: OutgoingEvent[] = [];
      const rows: SourceFileRecord[] = [];
      const written: RecordedFile[] = [];
      for (const file of files) written.push(await recordFile(runtime, tx, importId, file, { fresh, events, rows }));
      await tx.saveSourceFiles(rows);
      return { results: written, events };
    },
    emit: ({ events }) => events,
  });
  return results;
}

async function recordFile(
  runtime: Runtime,
  tx: CatalogueTx,
  importId: Uuid,
  file: ExaminedFile,
  batch: {
    /** New contents that no file of the batch has taken yet. */
    readonly fresh: Set<Sha256>;
    readonly events: OutgoingEvent[];
    readonly rows: SourceFileRecord[];
  },
): Promise<RecordedFile> {
  const { fresh, events, rows } = batch;
  const { path, sourcePath, examination, known } = file;
  const row = { path, importId, sourcePath, ...examination.stamp };
  if (examination.kind === 'rejected') {
    const { reason, detail } = examination;
    if (known?.outcome === 'REJECTED' && known.reason === reason && known.detail === detail && isAt(known, examination.stamp)) {
      return { outcome: 'REJECTED', wasKnown: true };
    }
    rows.push({ ...row, sha256: undefined, outcome: 'REJECTED', reason, detail });
    events.push(outgoing(dicomRejected, { sourcePath, importId, reason, detail }));
    return { outcome: 'REJECTED', wasKnown: false };
  }
  const { blob } = examination;
  const isNew = fresh.delete(blob.sha256);
  const outcome = isNew ? 'STORED' : await outcomeOfKnownContent(runtime, tx, path, blob);
  const detail = outcome === 'DUPLICATE' ? 'the same content was taken from another file before' : undefined;
  const reason = outcome === 'DUPLICATE' ? 'duplicate' : undefined;
  rows.push({ ...row, sha256: blob.sha256, outcome, reason, detail });
  if (isNew) events.push(outgoing(dicomReceived, { blob, sourcePath, importId }));
  return { outcome, wasKnown: known?.sha256 === blob.sha256 };
}

/**
 * The content is there already: by this very path (touched since, or recorded by a rival while we read), or by another one.
 * Read outside the transaction, as committed: the insert above has waited for any rival.
 */
async function outcomeOfKnownContent(runtime: Runtime, tx: CatalogueTx, path: string, blob: BlobRef): Promise<'STORED' | 'DUPLICATE'> {
  const [known, kept] = await Promise.all([runtime.catalogue.sourceFile(path), runtime.catalogue.dicomFile(blob.sha256)]);
  if (kept !== undefined && (await runtime.blobs.hasVanished(kept))) await tx.relocateDicomFile(blob);
  return (known?.outcome === 'STORED' && known.sha256 === blob.sha256) || kept?.uri === blob.uri ? 'STORED' : 'DUPLICATE';
}

/** Whether a file is the one on record, by what tells it without reading it. */
export function isAt({ sizeBytes, modifiedMs, inode }: SourceFileRecord, stamp: FileStamp): boolean {
  return sizeBytes === stamp.sizeBytes && modifiedMs === stamp.modifiedMs && (inode === undefined || inode === stamp.inode);
}

function describe(examination: ExaminedFile['examination']): string {
  const found = examination.kind === 'accepted' ? examination.blob.sha256 : `${examination.reason}: ${examination.detail}`;
  return `${found} ${String(examination.stamp.sizeBytes)} ${String(examination.stamp.modifiedMs)}`;
}
