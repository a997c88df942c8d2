import type { BlobRef } from '@mammoline/contracts';
import { newUuid, parseCaseName, sha256Of, type Uuid } from '@mammoline/kernel';
import { afterAll, beforeAll } from 'vitest';
import type { Catalogue, MergedMaskRecord, ModelVersionRecord, NewImage, PreparedViewRecord, SplitRecord, TableRow } from './index.ts';
import { openCatalogue } from './open-catalogue.ts';

/** Values for the specs of this library, each valid, with what matters to a test as parameters. */

/** An empty catalogue of its own for a `describe`. Specs alone may import libs/testing, so they hand in how to make the database. */
export function useCatalogue(
  createTestDatabase: () => Promise<{ readonly url: string; drop(): Promise<void> }>,
): () => Catalogue & { readonly url: string } {
  let opened: { readonly catalogue: Catalogue & { readonly url: string }; readonly close: () => Promise<void> } | undefined;
  beforeAll(async () => {
    const database = await createTestDatabase();
    const catalogue = await openCatalogue({ url: database.url });
    opened = {
      catalogue: { ...catalogue, url: database.url },
      close: async () => {
        await catalogue.close();
        await database.drop();
      },
    };
  });
  afterAll(async () => {
    await opened?.close();
  });
  return () => {
    if (opened === undefined) throw new Error('the catalogue is opened before the tests, not while they are collected');
    return opened.catalogue;
  };
}

export function blobOf(content: string): BlobRef {
  return { sha256: sha256Of(content), sizeBytes: content.length, uri: `file:///data/${content}` };
}

export function caseOf(name: string) {
  const parts = parseCaseName(name);
  if (parts === undefined) throw new Error(`not a case name: ${name}`);
  const { patient, laterality, position, kind, split } = parts;
  return { view: { patient, laterality, position }, kind, split, ref: { patient, laterality, position, kind, split } };
}

/** `Mass-Training_P_00001_LEFT_CC` with a kind and number; content and source path are one unless given. */
export function newImage(
  caseName: string,
  kind: 'FULL' | 'CROP' | 'MASK',
  abnormalityNumber?: number,
  sourcePath = `${caseName}/${kind}_${String(abnormalityNumber ?? '')}.dcm`,
): NewImage {
  return { ...unknownImage(sourcePath), case: caseOf(caseName).ref, kind, abnormalityNumber };
}

export function unknownImage(sourcePath: string): NewImage {
  return {
    blob: blobOf(sourcePath),
    sourcePath,
    header: {
      sopInstanceUid: `1.2.${sourcePath}`,
      seriesInstanceUid: '1.2.3',
      rows: 4,
      columns: 3,
      bitsAllocated: 16,
      bitsStored: 16,
      photometric: 'MONOCHROME2',
      pixelSpacingMm: [0.05, 0.06],
    },
    case: undefined,
    kind: 'UNKNOWN',
    abnormalityNumber: undefined,
    evidence: 'a test says so',
  };
}

export function tableRow(caseName: string, number: number, change: Partial<TableRow> = {}): TableRow {
  const { view, kind, split } = caseOf(caseName);
  return {
    view,
    kind,
    number,
    officialSplit: split,
    pathology: 'BENIGN',
    assessment: 4,
    subtlety: 3,
    attributes: { 'mass shape': 'OVAL' },
    breastDensity: 2,
    fullPath: 'full.dcm',
    cropPath: undefined,
    maskPath: undefined,
    ...change,
  };
}

export function mergedMaskOf(caseName: string, maskCount: number, refusedCount = 0): Omit<MergedMaskRecord, 'id' | 'revision'> {
  const hash = sha256Of(`${caseName} ${String(maskCount)}`);
  return {
    abnormalityKind: caseOf(caseName).kind,
    inputsHash: hash,
    blob: blobOf('merged'),
    rows: 4,
    columns: 3,
    maskCount,
    refusedCount,
    areaPx: 5,
  };
}

export function preparedViewOf(caseName: string, hasMask: boolean): Omit<PreparedViewRecord, 'id' | 'revision'> {
  const { view, kind, split } = caseOf(caseName);
  return {
    view,
    abnormalityKind: kind,
    officialSplit: split,
    inputsHash: sha256Of('inputs'),
    recipeHash: sha256Of('recipe'),
    geometry: { steps: [{ kind: 'flip' }] },
    image: blobOf(`${caseName}.png`),
    plain: blobOf(`${caseName}-plain.png`),
    mask: hasMask ? blobOf(`${caseName}-mask.png`) : undefined,
  };
}

export function splitOf(name: string): SplitRecord {
  const { patient } = caseOf('Mass-Training_P_00001_LEFT_CC').view;
  return { hash: sha256Of(name), kind: 'patient', seed: 7, abnormalityKind: undefined, training: [patient], validation: [], test: [] };
}

export async function queueRun(catalogue: Catalogue, id: Uuid = newUuid()): Promise<Uuid> {
  const split = splitOf('split');
  await catalogue.transaction(async (tx) => {
    await tx.saveSplit(split);
    await tx.insertTrainingRun({ id, options: { epochs: 2 }, splitHash: split.hash });
  });
  return id;
}

export function modelOf(runId: Uuid): Omit<ModelVersionRecord, 'createdAt' | 'aliases'> {
  return {
    id: newUuid(),
    runId,
    network: 'unet-compact',
    imageSize: 256,
    abnormalityKind: 'MASS',
    parameters: 1_950_000,
    backend: 'native',
    weights: blobOf('weights'),
    splitHash: splitOf('split').hash,
    recipeHash: sha256Of('recipe'),
    bestEpoch: 2,
    validationDice: 0.5,
    threshold: 0.4,
    smallestAreaShare: 0.001,
    memberIds: [newUuid(), newUuid()],
    abstainAbove: 0.125,
  };
}
