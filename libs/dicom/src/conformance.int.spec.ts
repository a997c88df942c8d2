import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, sha256Of } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { decodeStoredPixels } from './decode-stored-pixels.ts';
import { readDicomHead } from './inspect-dicom.ts';
import { parseDataSet } from './parse-data-set.ts';
import { readPixels } from './read-pixels.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

/** 120 files of other projects, in 20 transfer syntaxes, with what pydicom reads in each. */
const data = join(import.meta.dirname, '../../../../shared/data');
const index = join(data, 'dicom-conformance.index.tsv');

interface Expected {
  readonly file: string;
  readonly transferSyntax: string;
  readonly rows: string;
  readonly columns: string;
  readonly pixelSha256: string;
  /** pydicom keeps big-endian words as they are; its hash is over them. */
  readonly isBigEndian: boolean;
}

function readIndex(): readonly Expected[] {
  const [header = '', ...lines] = readFileSync(index, 'utf8').trim().split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const values = line.split('\t');
    const value = (name: string): string => values[names.indexOf(name)] ?? '';
    return {
      // The index was made before the folder got its name here.
      file: value('file').replace('give/cbis_real', 'cbis-real'),
      transferSyntax: value('transfer_syntax'),
      rows: value('rows'),
      columns: value('cols'),
      pixelSha256: value('pixel_sha256'),
      isBigEndian: value('pydicom_decode').startsWith('>'),
    };
  });
}

/** `equal`, `differs: …`, or the first words of the refusal. */
async function outcomeOf(expected: Expected, bytes: Uint8Array): Promise<string> {
  const head = await readDicomHead((length) => Promise.resolve(bytes.subarray(0, length)), bytes.length);
  if (!head.ok) return `refused: ${head.error.reason}`;
  const header = head.value;
  if (header.transferSyntaxUid !== expected.transferSyntax && expected.transferSyntax !== '') return `differs: ${header.transferSyntaxUid}`;
  if (expected.rows !== '' && (String(header.rows) !== expected.rows || String(header.columns) !== expected.columns))
    return 'differs: size';
  if (header.pixelData === undefined) return 'refused: no image';
  try {
    const stored = decodeStoredPixels(header, parseDataSet(bytes)?.bytes ?? bytes);
    const { pixels } = readPixels(bytes);
    if (pixels.data.length !== header.rows * header.columns) return 'differs: pixel count';
    if (expected.pixelSha256 === '') return 'decoded, and pydicom does not';
    const words = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
    const sha256 = sha256Of(expected.isBigEndian ? words.swap16() : words);
    return sha256 === expected.pixelSha256 ? 'equal' : 'differs: pixels';
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    return error.message.includes('not decoded here')
      ? 'refused: transfer syntax'
      : `refused: ${error.message.replace(/ \(.*/, '').replace(/;.*/, '')}`;
  }
}

describe.skipIf(!existsSync(index))('the conformance set (skipped where ../shared/data is absent)', () => {
  test('what is decoded equals pydicom, the rest is refused', async () => {
    const table = new Map<string, Map<string, number>>();
    const wrong: string[] = [];
    for (const expected of readIndex()) {
      const outcome = await outcomeOf(expected, readFileSync(join(data, expected.file)));
      if (outcome.startsWith('differs') || (outcome === 'refused: not-dicom' && expected.transferSyntax !== ''))
        wrong.push(`${expected.file}: ${outcome}`);
      const syntax =
        expected.transferSyntax === '' ? 'none' : `${expected.transferSyntax} ${transferSyntaxOf(expected.transferSyntax).name}`;
      const counts = table.get(syntax) ?? new Map<string, number>();
      table.set(syntax, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
    }
    const lines = [...table]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([syntax, counts]) => `${syntax}: ${[...counts].map(([outcome, count]) => `${String(count)} ${outcome}`).join(', ')}`);
    console.info(lines.join('\n'));
    expect(wrong).toEqual([]);
    const equal = [...table.values()].reduce((sum, counts) => sum + (counts.get('equal') ?? 0), 0);
    expect(equal).toBe(22);
  });
});
