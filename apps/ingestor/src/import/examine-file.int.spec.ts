import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Of } from '@mammoline/kernel';
import { compressDicom } from '@mammoline/testing/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dicomBytes } from '../spec-support/dicom-bytes.ts';
import { examineFile } from './examine-file.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mammoline-examine-'));
});
afterAll(() => rm(directory, { recursive: true }));

const options = { isKnown: () => false, copyTo: undefined, signal: new AbortController().signal };

test('a mammogram in JPEG 2000 is taken', async () => {
  const bytes = await compressDicom(dicomBytes(1, 300, 200), '1.2.840.10008.1.2.4.90');
  const path = join(directory, 'jpeg-2000.dcm');
  await writeFile(path, bytes);
  expect(await examineFile(path, options)).toMatchObject({
    kind: 'accepted',
    stamp: { sizeBytes: bytes.length },
    blob: { sha256: sha256Of(bytes) },
  });
});
