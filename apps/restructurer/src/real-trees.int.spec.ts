import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { BlobRef } from '@mammoline/contracts';
import { createPseudonyms, defaultDicomLimits, deidentifyDicom, pseudonymisePath, type Pseudonyms } from '@mammoline/dicom';
import { parseSha256 } from '@mammoline/kernel';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeImage } from './describe-image.ts';

const data = join(import.meta.dirname, '../../../../shared/data');

/** Files where they are; the hash is not looked at here. */
const blobs = {
  async head(ref: BlobRef, lengthBytes: number): Promise<Uint8Array> {
    const file = await open(ref.uri);
    try {
      const { bytesRead, buffer } = await file.read(new Uint8Array(Math.min(lengthBytes, ref.sizeBytes)), 0, undefined, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
  get: (ref: BlobRef): Promise<Uint8Array> => readFile(ref.uri),
};
const emptyCatalogue = { imagesOfSeries: () => Promise.resolve([]), abnormality: () => Promise.resolve(undefined) };

async function describeTree(root: string, pseudonyms?: Pseudonyms) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.dcm')).map((entry) => join(entry.parentPath, entry.name));
  const signal = new AbortController().signal;
  const described = new Map<string, Awaited<ReturnType<typeof describeImage>>>();
  for (const path of paths) {
    const blob = { sha256: parseSha256('0'.repeat(64)), sizeBytes: (await stat(path)).size, uri: path };
    const sourcePath = relative(root, path);
    if (pseudonyms === undefined) {
      described.set(sourcePath, await describeImage(blob, sourcePath, { blobs, catalogue: emptyCatalogue }, signal));
      continue;
    }
    const bytes = Buffer.concat(deidentifyDicom(await readFile(path), pseudonyms, defaultDicomLimits).parts);
    const inMemory = {
      head: (_: BlobRef, length: number) => Promise.resolve(bytes.subarray(0, length)),
      get: () => Promise.resolve(bytes),
    };
    const hidden = { blob: { ...blob, sizeBytes: bytes.length }, sourcePath: pseudonymisePath(sourcePath, pseudonyms) };
    described.set(sourcePath, await describeImage(hidden.blob, hidden.sourcePath, { blobs: inMemory, catalogue: emptyCatalogue }, signal));
  }
  return described;
}

const truthSchema = z.object({
  views: z.array(
    z.object({
      case: z.string(),
      full: z.string(),
      abnormalities: z.array(z.object({ id: z.number(), crop: z.string(), mask: z.string() })),
      quirks: z.array(z.string()),
    }),
  ),
});

const archive = join(data, 'synthetic-cbis.tar.gz');
const directories: string[] = [];
afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

describe.skipIf(!existsSync(archive))('a synthetic tree with every quirk (skipped where ../shared/data is absent)', () => {
  test('every file is told right', async () => {
    const root = await mkdtemp(join(tmpdir(), 'synthetic-cbis-'));
    directories.push(root);
    await promisify(execFile)('tar', ['-xzf', archive, '-C', root, '--strip-components=1']);
    const described = await describeTree(root);
    const truth = truthSchema.parse(JSON.parse(await readFile(join(root, 'truth.json'), 'utf8')));

    const expected = new Map<string, string>();
    for (const view of truth.views) {
      expected.set(view.full, 'FULL undefined');
      for (const { id, crop, mask } of view.abnormalities) expected.set(crop, `CROP ${String(id)}`).set(mask, `MASK ${String(id)}`);
    }
    const found = new Map([...described].map(([path, { image }]) => [path, `${image.kind} ${String(image.abnormalityNumber)}`]));
    // Files that truth.json does not name are second masks of a first abnormality.
    for (const path of found.keys()) if (!expected.has(path)) expected.set(path, 'MASK 1');
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    expect(found.size).toBe(219);

    // De-identified, every file is told as it is otherwise.
    const pseudonyms = createPseudonyms(Buffer.alloc(32, 'k'));
    for (const [path, { image }] of await describeTree(root, pseudonyms)) {
      const plain = described.get(path)?.image;
      const patient = plain?.case === undefined ? undefined : pseudonyms.patientCode(plain.case.patient);
      const told = [image.kind, image.abnormalityNumber, image.case];
      expect([path, ...told]).toEqual([
        path,
        plain?.kind,
        plain?.abnormalityNumber,
        plain?.case === undefined ? undefined : { ...plain.case, patient },
      ]);
      expect(JSON.stringify({ ...image, blob: undefined })).not.toMatch(/P_\d{5}_/);
    }

    const withQuirk = (...quirks: readonly string[]): number =>
      truth.views.filter((view) => view.quirks.some((quirk) => quirks.includes(quirk))).length;
    const repaired = (kind: string): number =>
      [...described.values()].filter(({ repairs }) => repairs.some((repair) => repair.kind === kind)).length;
    expect(repaired('patient-id-suffix')).toBeGreaterThanOrEqual(withQuirk('pid_dcm'));
    expect(repaired('missing-description')).toBeGreaterThanOrEqual(withQuirk('nodesc_full', 'nodesc_roi'));
    expect(repaired('patient-id-prefix')).toBe(
      truth.views
        .filter((view) => view.case.startsWith('Calc-Test'))
        .reduce((sum, view) => sum + view.abnormalities.length + (view.quirks.includes('clash') ? 1 : 0), 0),
    );
  });
});

const real = join(data, 'cbis-real');
describe.skipIf(!existsSync(real))('real crops of CBIS-DDSM (skipped where ../shared/data is absent)', () => {
  test('are crops, in folders of ROI masks too', async () => {
    const described = await describeTree(real);
    expect([...described.values()].map(({ image }) => `${image.kind} ${String(image.abnormalityNumber)} ${image.evidence}`)).toEqual(
      Array.from({ length: 3 }, () => 'CROP 1 description: "cropped images"'),
    );
    expect([...described.values()].flatMap(({ repairs }) => repairs)).toEqual([]);
  });
});
