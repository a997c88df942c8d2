import type { ImageRecord, ViewRecord } from '@mammoline/catalogue';
import { writeDicom } from '@mammoline/dicom';
import { encodeMaskPng } from '@mammoline/imaging';
import { deriveUuid, parseCaseName, sha256Of } from '@mammoline/kernel';
import { expect, it } from 'vitest';
import { readCaseSubject } from './read-case-subject.ts';

const { signal } = new AbortController();
const caseOf = (name: string) => parseCaseName(name) ?? expect.unreachable(name);
const mass = caseOf('Mass-Training_P_00001_LEFT_CC');
const stored = new Map<string, Uint8Array>();
const blobs = {
  get: ({ sha256 }: { readonly sha256: string }) => Promise.resolve(stored.get(sha256) ?? expect.unreachable('no such blob')),
};

function store(bytes: Uint8Array) {
  const sha256 = sha256Of(bytes);
  stored.set(sha256, bytes);
  return { sha256, uri: `cas:${sha256}`, sizeBytes: bytes.length };
}

function image(kind: 'FULL' | 'MASK', bytes: Uint8Array, rows: number, abnormalityNumber?: number): ImageRecord {
  const header = { sopInstanceUid: '1.2', seriesInstanceUid: '1.3', bitsAllocated: 8, bitsStored: 8, photometric: 'MONOCHROME2' };
  return {
    id: deriveUuid(kind, String(abnormalityNumber)),
    blob: store(bytes),
    sourcePath: '1-1.dcm',
    header: { ...header, rows, columns: 3, pixelSpacingMm: undefined },
    case: mass,
    kind,
    abnormalityNumber,
    evidence: '',
    variant: 1,
  };
}

const dicom = (rows: number, ...data: readonly number[]): Uint8Array => {
  const uids = { sopInstanceUid: '1.2.3', seriesInstanceUid: '1.2.4', studyInstanceUid: '1.2.5', patientId: 'nobody' };
  return writeDicom({ rows, columns: 3, data: Uint8Array.from(data), ...uids });
};

const merged = { rows: 2, columns: 3, data: Uint8Array.of(0, 1, 1, 0, 0, 0) };
const view = async (): Promise<ViewRecord> => ({
  id: deriveUuid('view'),
  ref: mass,
  breastDensity: undefined,
  revision: 1,
  abnormalities: [],
  images: [
    image('MASK', dicom(1, 0, 0, 255), 1, 2),
    image('MASK', Buffer.from('not DICOM'), 2, 3),
    image('MASK', dicom(2, 0, 255, 0, 0, 0, 0), 2, 1),
    image('FULL', dicom(2, 1, 2, 3, 4, 5, 6), 2),
  ],
  mergedMasks: [
    {
      id: deriveUuid('merged'),
      abnormalityKind: 'MASS',
      revision: 1,
      inputsHash: sha256Of('inputs'),
      blob: store(await encodeMaskPng(merged)),
      rows: 2,
      columns: 3,
      maskCount: 2,
      refusedCount: 0,
      areaPx: 2,
    },
  ],
  preparedViews: [],
});

it('reads a case’s mammogram, its masks in order and at their own sizes, and the merged one; a mask that can’t be read is left out', async () => {
  const found = await view();
  const subject = await readCaseSubject({ catalogue: { view: () => Promise.resolve(found) }, blobs }, mass, signal);
  expect(subject.name).toBe('Mass-Training_P_00001_LEFT_CC');
  expect([...subject.pixels.data]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(subject.masks.map(({ name, mask }) => [name, ...mask.data])).toEqual([
    ['mask 1', 0, 1, 0, 0, 0, 0],
    ['mask 2 (1 x 3)', 0, 0, 1],
  ]);
  expect(subject.mergedMask).toEqual(merged);
});

it('knows no case of another table or split, and says where a mammogram has not come', async () => {
  const found = await view();
  const read = (of: ViewRecord | undefined, name: string) =>
    readCaseSubject({ catalogue: { view: () => Promise.resolve(of) }, blobs }, caseOf(name), signal);
  const none = { kind: 'invalid', message: expect.stringContaining('the catalogue has no such case') as string };
  await expect(read(undefined, 'Mass-Training_P_00001_LEFT_CC')).rejects.toMatchObject(none);
  await expect(read(found, 'Mass-Test_P_00001_LEFT_CC')).rejects.toMatchObject(none);
  await expect(read(found, 'Calc-Training_P_00001_LEFT_CC')).rejects.toMatchObject(none);
  const masksAlone = { ...found, images: found.images.filter(({ kind }) => kind === 'MASK') };
  await expect(read(masksAlone, 'Mass-Training_P_00001_LEFT_CC')).rejects.toThrow(/its mammogram has not come/);
});
