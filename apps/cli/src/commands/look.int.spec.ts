import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSampleTree } from '@mammoline/testing/sample-tree';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeGrey, mammogramFolders, onlyFileIn } from '../e2e/grey-mammogram.fixture.ts';
import { temporaryDirectory } from '../e2e/run-mammoline.fixture.ts';
import { run } from '../run.ts';

const directory = temporaryDirectory();
const at = (...names: string[]): string => join(directory.path, ...names);
let files: readonly string[];

beforeAll(async () => {
  await generateSampleTree({ directory: at('tree'), patients: 3, heightPx: 256, calcificationShare: 0, testShare: 0, seed: 3 });
  files = mammogramFolders(at('tree')).map(onlyFileIn);
});
afterAll(() => {
  directory.remove();
});

/** Of a work directory in which nothing runs. */
async function look(...args: readonly string[]) {
  const said = (['stdout', 'stderr'] as const).map((stream) => vi.spyOn(process[stream], 'write').mockReturnValue(true));
  try {
    const code = await run(['node', 'mammoline', 'look', ...args, '--work', at('work')]);
    const [stdout = '', stderr = ''] = said.map((spy) => spy.mock.calls.map(([text]) => String(text)).join(''));
    return { code, stdout, stderr };
  } finally {
    for (const spy of said) spy.mockRestore();
  }
}

it('draws the steps of a file, of which a catalogue knows nothing, without services', async () => {
  const [file = ''] = files;
  expect(await look(file, '--output', at('steps.png'))).toMatchObject({
    code: 0,
    stderr: '',
    stdout: `10 pictures of ${file} in ${at('steps.png')}\n`,
  });
  const { format, width, channels } = await sharp(at('steps.png')).metadata();
  expect({ format, width, channels }).toEqual({ format: 'png', width: 5 * 320 + 20, channels: 3 });
  expect(existsSync(at('work'))).toBe(false);
});

it('draws the steps up to where a mammogram is refused, and fails with the reason', async () => {
  const file = files[1] ?? '';
  makeGrey(file);
  const { code, stderr } = await look(file, '--output', at('grey.png'));
  expect(code).toBe(1);
  expect(stderr).toMatch(/1-1\.dcm: found one grey value \(1234\) .*; the steps up to there are in .*grey\.png\n$/);
  expect((await sharp(at('grey.png')).metadata()).width).toBe(2 * 320 + 20);
});

it('says what is wrong, and writes nothing', async () => {
  writeFileSync(at('notes.dcm'), 'not DICOM\n');
  mkdirSync(at('folder.png'));
  const [file = ''] = files;
  const before = readdirSync(directory.path);
  const output = ['--output', at('none.png')];
  const missing = 'Mass-Training_P_00001_LEFT_CC';
  for (const [args, code, message] of [
    [[at('notes.dcm'), ...output], 1, /notes\.dcm: the file is not-dicom/],
    [[at('nowhere.dcm'), ...output], 1, /nowhere\.dcm: found no such file, and it is no case name/],
    [[`${missing}_1`, ...output], 1, /_1: found no such file, and it is no case name/],
    [[at('tree'), ...output], 1, /tree: it could not be read/],
    [[file, '--output', at('nowhere/none.png')], 1, /nowhere: found no directory, expected the one that gets the picture/],
    [[file, '--output', at('folder.png')], 1, /folder\.png could not be written/],
    [[file, '--output', at('none.jpg')], 2, /none\.jpg.* expected a name that ends in \.png/],
    [[file], 2, /required option '--output <png>'/],
    [[missing, ...output], 3, /no services run|mammoline up/],
  ] as const) {
    const found = await look(...args);
    expect(found).toMatchObject({ code, stderr: expect.stringMatching(message) as string });
  }
  expect(readdirSync(directory.path)).toEqual(before);
});
