import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceDirectory } from './replace-directory.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mammoline-replace-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const fillWith = (text) => (temporary) => {
  writeFileSync(path.join(temporary, 'file'), text);
  return temporary;
};

it('makes a folder, then puts another in its place and leaves nothing beside it', async () => {
  const target = path.join(folder, 'target');
  await replaceDirectory(target, fillWith('old'));
  await replaceDirectory(target, fillWith('new'));
  expect(readFileSync(path.join(target, 'file'), 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['target']);
});

it('keeps the old folder where filling the new one fails', async () => {
  const target = path.join(folder, 'target');
  await replaceDirectory(target, fillWith('old'));
  await expect(replaceDirectory(target, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
  expect(readFileSync(path.join(target, 'file'), 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['target']);
});
