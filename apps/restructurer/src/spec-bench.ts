import { Buffer } from 'node:buffer';
import type { Catalogue, CatalogueTx } from '@mammoline/catalogue';
import { dicomReceived, imageCatalogued } from '@mammoline/contracts';
import type { BlobRef, DicomReceived, OutgoingEvent } from '@mammoline/contracts';
import type { Pseudonyms } from '@mammoline/dicom';
import { deriveUuid, Failure, sha256Of } from '@mammoline/kernel';
import type { Outcome, StageContext } from '@mammoline/service';
import { pino } from 'pino';
import { catalogueImage } from './catalogue-image.ts';
import { catalogueService } from './grpc/catalogue-service.ts';
import { reviewView } from './review-view.ts';

export interface SourceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const silent = pino({ level: 'silent' });

/**
 * Runs this service's stages on a real catalogue as the runtime does (write in one transaction, a conflict runs the stage again), with the
 * events in an order that the spec chooses.
 */
export function openRestructurerBench(catalogue: Catalogue, files: readonly SourceFile[], pseudonyms?: Pseudonyms) {
  const contents = new Map(files.map(({ bytes }) => [sha256Of(bytes), bytes]));
  const bytesOf = (ref: BlobRef): Buffer => Buffer.from(contents.get(ref.sha256) ?? []);
  const ports = {
    catalogue,
    blobs: {
      head: (ref: BlobRef, length: number) => Promise.resolve(bytesOf(ref).subarray(0, length)),
      get: (ref: BlobRef) => Promise.resolve(bytesOf(ref)),
    },
  };
  const pending: OutgoingEvent[] = [];
  const signal = new AbortController().signal;
  const context: StageContext = { eventId: deriveUuid('bench'), signal, log: silent };
  const commit = async <Written>(
    _cause: string,
    effect: { readonly write: (tx: CatalogueTx) => Promise<Written>; readonly emit?: (written: Written) => readonly OutgoingEvent[] },
  ): Promise<Written> => {
    const written = await catalogue.transaction(effect.write);
    pending.push(...(effect.emit?.(written) ?? []));
    return written;
  };

  const run = async (stage: () => Promise<Outcome>): Promise<void> => {
    const outcome = await stage();
    if (outcome.kind === 'skip') return;
    const { write, emit } = outcome;
    const written = write === undefined ? undefined : await catalogue.transaction(write);
    pending.push(...(typeof emit === 'function' ? emit(written) : emit));
  };
  const retry = async (stage: () => Promise<Outcome>): Promise<void> => {
    try {
      await run(stage);
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'conflict') throw error;
      await retry(stage);
    }
  };

  return {
    ports: { catalogue, commit },
    service: catalogueService({ catalogue, commit, pseudonyms }),
    receive: async (file: SourceFile): Promise<void> => {
      const event: DicomReceived = {
        blob: { sha256: sha256Of(file.bytes), sizeBytes: file.bytes.length, uri: 'cas:' },
        sourcePath: file.path,
        importId: deriveUuid('import'),
      };
      await retry(() => catalogueImage(dicomReceived.decode(dicomReceived.encode(event)), ports, context));
    },
    /** Handles the events that have been sent since, and those that they send; `pick` chooses the next of so many. */
    settle: async (pick: (count: number) => number): Promise<void> => {
      for (let next = pending.splice(pick(pending.length), 1)[0]; next !== undefined; next = pending.splice(pick(pending.length), 1)[0]) {
        const event = imageCatalogued.decode(next.payload);
        await retry(() => reviewView(event, ports, context));
      }
    },
  };
}
