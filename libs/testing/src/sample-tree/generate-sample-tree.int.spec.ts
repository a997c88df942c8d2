import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPixels } from '@mammoline/dicom';
import type { GreyPixels } from '@mammoline/dicom';
import { parseCaseName, sha256Of } from '@mammoline/kernel';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSampleTree } from './generate-sample-tree.ts';
import type { SampleTree } from './generate-sample-tree.ts';
import type { ViewTruth } from './write-view.ts';

const settings = { patients: 16, seed: 3, heightPx: 240, quirkRate: 2, calcificationShare: 0.25 };
let directory: string;
let tree: SampleTree;
let views: readonly ViewTruth[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sample-tree-'));
  tree = await generateSampleTree({ directory: join(directory, 'tree'), ...settings });
  views = await truthOf(tree.directory);
});
afterAll(() => rm(directory, { recursive: true }));

async function truthOf(root: string): Promise<readonly ViewTruth[]> {
  return (JSON.parse(await readFile(join(root, 'truth.json'), 'utf8')) as { readonly views: readonly ViewTruth[] }).views;
}

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

async function hashesOf(root: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of await filesOf(root)) hashes[name] = sha256Of(await readFile(join(root, name)));
  return hashes;
}

async function pixelsOf(name: string): Promise<GreyPixels> {
  return readPixels(await readFile(join(tree.directory, name))).pixels;
}

describe('generateSampleTree', () => {
  it('makes the same bytes from the same seed, and others from another', async () => {
    const small = { ...settings, patients: 2 };
    const [one, same, other] = [1, 1, 2].map((seed, index) => ({ ...small, seed, directory: join(directory, `tree-${String(index)}`) }));
    if (one === undefined || same === undefined || other === undefined) throw new Error('three trees');
    for (const options of [one, same, other]) await generateSampleTree(options);
    const first = await hashesOf(one.directory);
    expect(await hashesOf(same.directory)).toEqual(first);
    expect(await hashesOf(other.directory)).not.toEqual(first);
  });

  it('writes the DICOM files that truth.json names, and a second one where names are to clash', async () => {
    const dicom = (await filesOf(tree.directory)).filter((name) => name.endsWith('.dcm'));
    expect(dicom).toHaveLength(tree.files);
    const named = views.flatMap((view) => [view.full, ...view.abnormalities.flatMap(({ crop, mask }) => [crop, mask])]);
    expect(dicom).toEqual(expect.arrayContaining(named));
    expect(dicom.length - named.length).toBe(views.filter((view) => view.quirks.includes('clash')).length);
    expect(tree.abnormalities).toBe(views.reduce((sum, view) => sum + view.abnormalities.length, 0));
    expect(tree.views).toBe(views.length);
  });

  it('shows every quirk, both kinds in both official sets, and several abnormalities in a view', () => {
    const quirks = new Set(views.flatMap((view) => view.quirks));
    for (const quirk of ['pid_dcm', 'swap_csv', 'nodesc_roi', 'two_series', 'mask_size', 'clash']) expect(quirks).toContain(quirk);
    const sets = new Set(views.map((view) => /^\w+-\w+(?=_P)/.exec(view.case)?.[0]));
    expect([...sets].sort()).toEqual(['Calc-Test', 'Calc-Training', 'Mass-Test', 'Mass-Training']);
    expect(views.some((view) => view.abnormalities.length > 1)).toBe(true);
    const patients = (split: string): Set<string | undefined> =>
      new Set(views.map((view) => parseCaseName(view.case)).flatMap((name) => (name?.split === split ? [name.patient] : [])));
    expect(patients('TRAINING').isDisjointFrom(patients('TEST'))).toBe(true);
  });

  it('draws 12 bits in 16, with the breast on the side of its chest wall', async () => {
    for (const view of views.filter(({ artefacts }) => artefacts.tape === '' || !/[lr]/.test(artefacts.tape))) {
      const { rows, columns, data } = await pixelsOf(view.full);
      expect([rows, columns]).toEqual([view.rows, view.cols]);
      expect(data.every((value) => value % 16 === 0)).toBe(true);
      expect(view.facing_right).toBe(view.case.includes('_LEFT_'));
      const middle = Math.floor(rows / 2) * columns;
      const [left, right] = [data[middle + 3] ?? 0, data[middle + columns - 4] ?? 0];
      expect(view.facing_right ? left / right : right / left).toBeGreaterThan(1.5);
    }
  });

  it('draws masses that are brighter than what is around them, under masks that say where', async () => {
    const contrasts: number[] = [];
    for (const view of views.filter(({ case: name, quirks }) => name.startsWith('Mass') && !quirks.includes('mask_size'))) {
      const image = await pixelsOf(view.full);
      for (const abnormality of view.abnormalities) {
        const mask = await pixelsOf(abnormality.mask);
        expect([mask.rows, mask.columns]).toEqual([image.rows, image.columns]);
        expect(new Set(mask.data)).toEqual(new Set([0, 255]));
        expect(mask.data.filter((value) => value > 0)).toHaveLength(abnormality.area);
        const [x0, y0, x1, y1] = abnormality.bbox;
        const inside: number[] = [];
        const around: number[] = [];
        const margin = x1 - x0;
        for (let y = Math.max(0, y0 - margin); y < Math.min(image.rows, y1 + margin); y++) {
          for (let x = Math.max(0, x0 - margin); x < Math.min(image.columns, x1 + margin); x++) {
            const value = (image.data[y * image.columns + x] ?? 0) / 65520;
            if (mask.data[y * mask.columns + x] === 255) inside.push(value);
            else if (value > 0.1) around.push(value); // Air is darker.
          }
        }
        contrasts.push(mean(inside) - mean(around));
      }
    }
    expect(contrasts.length).toBeGreaterThan(10);
    expect(contrasts.filter((contrast) => contrast > 0.04).length / contrasts.length).toBeGreaterThan(0.8);
  });

  it('cuts crops out of the mammogram, and resizes masks where it should', async () => {
    for (const view of views) {
      for (const { crop, mask, bbox, mask_shape: maskShape } of view.abnormalities) {
        const cropped = await pixelsOf(crop);
        expect(cropped.rows).toBeGreaterThanOrEqual(bbox[3] - bbox[1]);
        expect(cropped.columns).toBeLessThan(view.cols);
        const stored = await pixelsOf(mask);
        expect([stored.rows, stored.columns]).toEqual(maskShape);
        expect(maskShape[0] === view.rows && maskShape[1] === view.cols).toBe(!view.quirks.includes('mask_size'));
      }
    }
  });

  it('writes the four tables with a row for each abnormality', async () => {
    const rows: { readonly patient: string; readonly path: string }[] = [];
    for (const name of [
      'mass_case_description_train_set',
      'mass_case_description_test_set',
      'calc_case_description_train_set',
      'calc_case_description_test_set',
    ]) {
      const text = await readFile(join(tree.csvDirectory, `${name}.csv`), 'utf8');
      const records = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }).data;
      rows.push(...records.map((record) => ({ patient: record['patient_id'] ?? '', path: record['ROI mask file path'] ?? '' })));
    }
    expect(rows).toHaveLength(tree.abnormalities);
    for (const { patient, path } of rows) expect(path).toContain(patient);
    expect(rows.some(({ path }) => path.endsWith('\n'))).toBe(true);
  });

  it('is a no-op where the same tree is there, fills an empty folder, and touches nothing else', async () => {
    expect(await generateSampleTree({ directory: tree.directory, ...settings })).toEqual(tree);
    await expect(generateSampleTree({ directory: tree.directory, ...settings, seed: 99 })).rejects.toMatchObject({
      kind: 'invalid',
      field: 'directory',
    });
    const other = join(directory, 'other');
    await mkdir(other);
    expect((await generateSampleTree({ directory: other, ...settings, patients: 1 })).views).toBeGreaterThan(0);
    const foreign = join(directory, 'foreign');
    await mkdir(foreign);
    await writeFile(join(foreign, 'mine.txt'), 'mine');
    await expect(generateSampleTree({ directory: foreign, ...settings })).rejects.toMatchObject({ kind: 'invalid' });
    expect(await readdir(foreign)).toEqual(['mine.txt']);
  });

  it('leaves no tree when it is stopped, and starts anew after it', async () => {
    const abort = new AbortController();
    const options = { directory: join(directory, 'stopped'), ...settings, patients: 3 };
    const stopped = generateSampleTree({
      ...options,
      signal: abort.signal,
      onProgress: () => {
        abort.abort(new Error('stop'));
      },
    });
    await expect(stopped).rejects.toThrow('stop');
    await expect(readdir(options.directory)).rejects.toThrow('ENOENT');
    expect((await generateSampleTree(options)).views).toBeGreaterThan(1);
  });

  it.each([
    ['patients', { patients: 0 }],
    ['heightPx', { heightPx: 10 }],
    ['testShare', { testShare: 1.5 }],
    ['massRadiusShare', { massRadiusShare: [0.06, 0.02] as const }],
    ['directory', { directory: 'relative' }],
  ])('refuses a wrong %s by name', async (field, wrong) => {
    await expect(generateSampleTree({ directory: join(directory, 'refused'), ...wrong })).rejects.toMatchObject({ kind: 'invalid', field });
  });
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
