import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBlobStore, type BlobStore } from '@mammoline/blobs';
import { openCatalogue, type Catalogue, type ImageRecord, type TableRow } from '@mammoline/catalogue';
import type { OutgoingEvent } from '@mammoline/contracts';
import { writeDicom } from '@mammoline/dicom';
import { bug, newUuid, parseCaseName, Scope, type CaseRef, type ImageKind } from '@mammoline/kernel';
import type { Stage } from '@mammoline/service';
import { pino } from 'pino';
import { createTestDatabase } from './postgres.ts';

interface GreyPixels {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array | Uint16Array;
}

/** What a stage works with, for its integration specs: a catalogue and a blob store of its own, images put straight into them, and runs without a transport. */
export interface StageBench {
  /** For a service that runs on the same (`startService`): the catalogue's URL, and the directory whose `blobs` are the store. */
  readonly postgresUrl: string;
  readonly directory: string;
  readonly catalogue: Catalogue;
  readonly blobs: BlobStore;
  /** Stores pixels as DICOM and catalogues them. @param spoil changes the file's bytes before it is stored */
  readonly addImage: (
    caseName: string,
    kind: ImageKind,
    abnormalityNumber: number | undefined,
    pixels: GreyPixels,
    spoil?: (file: Uint8Array) => Uint8Array,
  ) => Promise<ImageRecord>;
  /** Puts rows of a description table into the catalogue: abnormalities promised by their numbers. */
  readonly promise: (caseName: string, abnormalityNumbers: readonly number[]) => Promise<void>;
  /** Runs a stage and commits what it decided, as the runtime does. */
  readonly run: <Input, Ports>(stage: Stage<Input, Ports>, event: Input, ports: Ports) => Promise<StageRun>;
  readonly close: () => Promise<void>;
}

export interface StageRun {
  /** Why the stage had nothing to do; undefined where it did something. */
  readonly skipped: string | undefined;
  readonly events: readonly OutgoingEvent[];
}

export async function openStageBench(): Promise<StageBench> {
  const scope = new Scope();
  const database = scope.add('database', await createTestDatabase(), (it) => it.drop());
  const catalogue = scope.add('catalogue', await openCatalogue({ url: database.url }), (it) => it.close());
  const directory = scope.add('directory', await mkdtemp(join(tmpdir(), 'mammoline-bench-')), (it) => rm(it, { recursive: true }));
  const blobs = await openBlobStore(pathToFileURL(join(directory, 'blobs')).href);
  const log = pino({ level: 'silent' });
  let files = 0;

  return {
    postgresUrl: database.url,
    directory,
    catalogue,
    blobs,
    addImage: async (caseName, kind, abnormalityNumber, pixels, spoil = (file) => file) => {
      files += 1;
      const uid = `1.2.3.${String(files)}`;
      const uids = { sopInstanceUid: uid, seriesInstanceUid: `${uid}.1`, studyInstanceUid: `${uid}.2` };
      const pixelSpacingMm = [0.05, 0.05] as const;
      const blob = await blobs.put(spoil(writeDicom({ ...pixels, ...uids, patientId: caseName, pixelSpacingMm })));
      const bits = 8 * pixels.data.BYTES_PER_ELEMENT;
      const { image } = await catalogue.transaction((tx) =>
        tx.saveImage({
          blob,
          sourcePath: `${caseName}/${String(files)}.dcm`,
          header: {
            sopInstanceUid: uids.sopInstanceUid,
            seriesInstanceUid: uids.seriesInstanceUid,
            rows: pixels.rows,
            columns: pixels.columns,
            bitsAllocated: bits,
            bitsStored: bits,
            photometric: 'MONOCHROME2',
            pixelSpacingMm,
          },
          case: caseRefOf(caseName),
          kind,
          abnormalityNumber,
          evidence: 'the spec says so',
        }),
      );
      return image;
    },
    promise: async (caseName, abnormalityNumbers) => {
      const { kind, split, patient, laterality, position } = caseRefOf(caseName);
      const rows = abnormalityNumbers.map((number): TableRow => ({
        view: { patient, laterality, position },
        kind,
        number,
        officialSplit: split,
        pathology: undefined,
        assessment: undefined,
        subtlety: undefined,
        attributes: {},
        breastDensity: undefined,
        fullPath: undefined,
        cropPath: undefined,
        maskPath: undefined,
      }));
      await catalogue.transaction((tx) => tx.saveTableRows(rows));
    },
    run: async (stage, event, ports) => {
      const outcome = await stage(event, ports, { eventId: newUuid(), signal: new AbortController().signal, log });
      if (outcome.kind === 'skip') return { skipped: outcome.reason, events: [] };
      const written = await catalogue.transaction(async (tx) => outcome.write?.(tx));
      return { skipped: undefined, events: typeof outcome.emit === 'function' ? outcome.emit(written) : outcome.emit };
    },
    close: () => scope.close(),
  };
}

function caseRefOf(caseName: string): CaseRef {
  const { abnormalityNumber: _, ...ref } = parseCaseName(caseName) ?? fail(caseName);
  return ref;
}

function fail(caseName: string): never {
  throw bug(`${caseName} is no case name`);
}
