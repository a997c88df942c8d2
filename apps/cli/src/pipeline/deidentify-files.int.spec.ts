import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createPseudonyms, readPixels, writeDicom } from '@mammoline/dicom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deidentifyFiles } from './deidentify-files.ts';
import { openDeidentifyKey } from '../laptop/open-deidentify-key.ts';

const pseudonyms = createPseudonyms(Buffer.alloc(32, 'k'));
const { signal } = new AbortController();
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deidentify-'));
});
afterAll(() => rm(directory, { recursive: true }));

const dicom = (uid: string): Uint8Array =>
  writeDicom({
    rows: 4,
    columns: 4,
    data: Uint8Array.from({ length: 16 }, (_, at) => at),
    sopInstanceUid: uid,
    seriesInstanceUid: '1.2.777.2',
    studyInstanceUid: '1.2.777.3',
    patientId: 'Mass-Training_P_94711_LEFT_CC_1',
    studyDate: '18990317',
  });

it('writes copies under names without patients, tells of what it can not, and does the same again', async () => {
  const from = join(directory, 'from');
  const to = join(directory, 'to');
  const put = async (name: string, bytes: Uint8Array | string): Promise<void> => {
    await mkdir(dirname(join(from, name)), { recursive: true });
    await writeFile(join(from, name), bytes);
  };
  await put('Jane Mass-Training_P_94711_LEFT_CC_1/1-1.dcm', dicom('1.2.777.1'));
  await put('Joan Mass-Training_P_94711_LEFT_CC_1/1-1.dcm', dicom('1.2.777.4'));
  await put('Jane notes.txt', 'Jane');
  await put('Jane cut.dcm', dicom('1.2.777.5').subarray(0, -3));
  const run = async () => {
    const said: string[] = [];
    const result = await deidentifyFiles({ from, to, pseudonyms, signal, say: (line) => said.push(line) });
    const files = (await readdir(to, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const contents = await Promise.all(files.sort().map(async (file) => ({ file, bytes: await readFile(file) })));
    return { result, said, contents };
  };
  const first = await run();
  expect(first.result).toMatchObject({ written: 2, refused: 1, left: 1 });
  expect(first.said).toEqual([expect.stringMatching(/^Jane cut\.dcm: .* goes beyond/)]);
  expect(first.contents).toHaveLength(3);
  for (const { file, bytes } of first.contents)
    expect(`${file} ${bytes.toString('latin1')}`).not.toMatch(/Jane|Joan|94711|1\.2\.777|18990317/);
  const copies = first.contents.filter(({ file }) => file.endsWith('.dcm'));
  expect(copies.map(({ bytes }) => readPixels(bytes).pixels.data.at(-1))).toEqual([15, 15]);
  expect((await run()).contents).toEqual(first.contents);
});

it('does not write among the files it reads', async () => {
  await expect(deidentifyFiles({ from: directory, to: join(directory, 'x'), pseudonyms, signal, say: () => undefined })).rejects.toThrow(
    /lies in/,
  );
});

it('says which key file can not be used, before anything starts', async () => {
  await writeFile(join(directory, 'short'), 'short secret');
  await expect(openDeidentifyKey(join(directory, 'none'))).rejects.toThrow(/names .*none, which can't be read/);
  await expect(openDeidentifyKey(join(directory, 'short'))).rejects.toThrow(/short: the key has 12 characters; expected at least 32/);
  await expect(openDeidentifyKey(undefined)).resolves.toBeUndefined();
});
