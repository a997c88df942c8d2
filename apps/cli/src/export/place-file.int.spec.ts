import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeBytes, placeFile } from './place-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mammoline-place-'));
  writeFileSync(join(directory, 'source.dcm'), 'pixels');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('placeFile', () => {
  it('links without a second copy, and again without harm', async () => {
    const [source, target] = [join(directory, 'source.dcm'), join(directory, 'a', 'b', 'target.dcm')];
    await placeFile(source, target, 'link');
    await placeFile(source, target, 'link');
    expect(statSync(target).ino).toBe(statSync(source).ino);
  });

  it('copies over what has the name', async () => {
    const [source, target] = [join(directory, 'source.dcm'), join(directory, 'target.dcm')];
    writeFileSync(target, 'older');
    await placeFile(source, target, 'copy');
    expect(readFileSync(target, 'utf8')).toBe('pixels');
    expect(statSync(target).ino).not.toBe(statSync(source).ino);
  });

  it('turns a link into a copy without touching the source', async () => {
    const [source, target] = [join(directory, 'source.dcm'), join(directory, 'target.dcm')];
    await placeFile(source, target, 'link');
    await placeFile(source, target, 'copy');
    writeFileSync(target, 'changed');
    expect(readFileSync(source, 'utf8')).toBe('pixels');
  });

  it('writes bytes beside a link, never into its source', async () => {
    const [source, target] = [join(directory, 'source.dcm'), join(directory, 'target.dcm')];
    await placeFile(source, target, 'link');
    await placeBytes(Buffer.from('other'), target);
    expect(readFileSync(target, 'utf8')).toBe('other');
    expect(readFileSync(source, 'utf8')).toBe('pixels');
  });

  it('names the file that is gone', async () => {
    await expect(placeFile(join(directory, 'gone.dcm'), join(directory, 'target.dcm'), 'link')).rejects.toThrow(/gone\.dcm/);
  });
});
