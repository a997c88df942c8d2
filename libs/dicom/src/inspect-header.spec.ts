import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import { describe, expect, test } from 'vitest';
import { findFileMeta } from './detect-syntax.ts';
import { defaultDicomLimits } from './dicom-limits.ts';
import { inspectDicom, readDicomHead, readDicomHeader } from './inspect-dicom.ts';
import { delimiter, element, explicitFile, itemEnd, openItem, sequenceEnd, undefinedLength } from './spec-explicit-file.ts';
import type { SpecImage } from './spec-explicit-file.ts';
import { deflatedExplicitVrLittleEndian } from './transfer-syntax.ts';

const image: SpecImage = { transferSyntaxUid: '1.2.840.10008.1.2.1', rows: 1, columns: 1, pixelData: Buffer.of(1, 2) };
const sequenceTag = 0x00081140;
const inspect = (bytes: Uint8Array, limits = {}) => inspectDicom(bytes, bytes.length, { ...defaultDicomLimits, ...limits });

/** The head of a sequence without a length. */
const open = element(sequenceTag, 'SQ', Buffer.alloc(0), undefinedLength);

/** Sequences without lengths in each other, the innermost around an element. */
function nested(depth: number, inner: Buffer = element(0x00081150, 'UI', Buffer.from('1.2\0'))): Buffer {
  const start = Buffer.concat([open, openItem]);
  const close = Buffer.concat([itemEnd, sequenceEnd]);
  return Buffer.concat([Buffer.alloc(start.length * depth, start), inner, Buffer.alloc(close.length * depth, close)]);
}

describe('sequences before the image', () => {
  // An element within an unknown value is implicit: its length follows the tag.
  const implicit = Buffer.concat([delimiter(0x00081150, 4), Buffer.from('1.2\0')]);
  test.each([
    ['without a length', nested(1)],
    ['within each other', nested(64)],
    ['with a length', element(sequenceTag, 'SQ', Buffer.concat([delimiter(0xfffee000, 4), Buffer.from('1.2\0')]))],
    ['without a length, of items with one', Buffer.concat([open, delimiter(0xfffee000, 4), Buffer.from('1.2\0'), sequenceEnd])],
    ['without items', Buffer.concat([open, sequenceEnd])],
    [
      'of unknown representation',
      Buffer.concat([element(0x00091001, 'UN', Buffer.alloc(0), undefinedLength), openItem, implicit, itemEnd, sequenceEnd]),
    ],
    [
      'private ones',
      Buffer.concat([
        element(0x00090010, 'LO', Buffer.from('SOMEBODY')),
        element(0x00091001, 'SQ', nested(1).subarray(12), undefinedLength),
      ]),
    ],
  ])('%s', (_, extra) => {
    expect(inspect(explicitFile({ ...image, extra }))).toMatchObject({ ok: true, value: { rows: 1, pixelData: { lengthBytes: 2 } } });
  });

  test.each([
    ['65 deep', nested(65), {}, 'sequences lie more than 64 deep'],
    ['50,000 deep', nested(50_000), {}, 'sequences lie more than 64 deep'],
    ['2 deep where 1 is given', nested(2), { maxSequenceDepth: 1 }, 'sequences lie more than 1 deep'],
    ['of something else than items', Buffer.concat([open, element(0x00081150, 'UI', Buffer.from('1.2\0'))]), {}, 'found (0008,1150) where'],
  ])('refuses those %s', (_, extra, limits, detail) => {
    const result = inspect(explicitFile({ ...image, extra }), limits);
    expect(result.ok ? 'ok' : result.error).toMatchObject({ reason: 'unreadable', detail: expect.stringContaining(detail) as string });
  });
});

describe('limits of the header', () => {
  test('a file larger than the limit is not read at all', async () => {
    const never = (): Promise<Uint8Array> => Promise.reject(new Error('read'));
    const result = await readDicomHead(never, 5 * 1024 ** 3);
    expect(result.ok ? 'ok' : result.error.detail).toBe('found 5368709120 bytes; at most 4294967296 are read');
  });

  test('half a million elements take no memory', () => {
    const extra = Buffer.alloc(4_000_000, element(0x00091001, 'US', Buffer.alloc(0)));
    // Each of another tag, in private groups.
    for (let index = 0; index < extra.length; index += 8) {
      extra.writeUInt16LE(0x1001 + 2 * (index >> 18), index);
      extra.writeUInt16LE((index >> 3) & 0x7fff, index + 2);
    }
    const file = explicitFile({ ...image, extra });
    const before = process.memoryUsage().heapUsed;
    expect(inspect(file).ok).toBe(true);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(24 * 1024 * 1024);
  });

  test('a deflated data set that inflates to more than the limit is refused', () => {
    const bomb = deflated(
      Buffer.concat([element(0x00091001, 'UN', Buffer.alloc(4_000_000)), element(0x00091002, 'UN', Buffer.alloc(4_000_000))]),
    );
    expect(bomb.length).toBeLessThan(20_000);
    const result = inspect(bomb, { maxDecodedBytes: 1_000_000 });
    expect(result.ok ? 'ok' : result.error).toMatchObject({ reason: 'unreadable', detail: expect.stringContaining('inflated') as string });
  });
});

/** The file meta group of a deflated file, and the data set. */
function deflated(dataSet: Buffer): Buffer {
  const file = explicitFile({ ...image, transferSyntaxUid: deflatedExplicitVrLittleEndian });
  return Buffer.concat([file.subarray(0, findFileMeta(file)?.dataSetOffset), deflateRawSync(dataSet)]);
}

describe('character sets', () => {
  test.each([
    ['Latin-1, the default', undefined, 'e9', 'é'],
    ['Latin-1', 'ISO_IR 100', 'e9', 'é'],
    ['Cyrillic', 'ISO_IR 144', 'bbeeda', 'Люк'],
    ['UTF-8', 'ISO_IR 192', 'c3a9e4b8ad20', 'é中'],
    ['Chinese', 'GB18030', 'cdf5b0ef', '王帮'],
    ['Japanese with escapes', '\\ISO 2022 IR 87', '1b2442' + '3b33' + '4544' + '1b2842', '山田'],
    ['Japanese with katakana', 'ISO 2022 IR 13\\ISO 2022 IR 87', 'd4cfc0de' + '1b2442' + '3b33' + '1b284a', 'ヤマダ山'.normalize('NFKC')],
    ['Korean with escapes', '\\ISO 2022 IR 149', '1b242943' + 'b1e8', '김'],
    ['one that is not known: as Latin-1', 'ISO_IR 9999', 'e9', 'é'],
  ])('%s', (_, characterSet, hex, text) => {
    const header = readDicomHeader(
      explicitFile({ ...image, ...(characterSet === undefined ? {} : { characterSet }), seriesDescription: Buffer.from(hex, 'hex') }),
    );
    expect(header.seriesDescription?.normalize('NFKC')).toBe(text);
  });
});

const conformance = join(import.meta.dirname, '../../../../shared/data/dicom-conformance');

describe.skipIf(!existsSync(conformance))('headers of the conformance set (skipped where ../shared/data is absent)', () => {
  test('are those that dicom-parser reads, wherever both read one', () => {
    let compared = 0;
    for (const name of readdirSync(conformance)) {
      const bytes = readFileSync(join(conformance, name));
      const result = inspect(bytes);
      if (!result.ok || result.value.transferSyntaxUid.endsWith('.99')) continue;
      let parsed;
      try {
        parsed = dicomParser.parseDicom(bytes, { untilTag: 'x7fe00010' });
      } catch {
        continue;
      }
      const header = result.value;
      const text = (tag: string): string | undefined => {
        const value = parsed.string(tag);
        return value === undefined || value === '' ? undefined : value;
      };
      expect([name, header.rows, header.columns, header.bitsAllocated, header.bitsStored]).toEqual([
        name,
        ...['x00280010', 'x00280011', 'x00280100'].map((tag) => parsed.uint16(tag) ?? 0),
        parsed.uint16('x00280101') ?? header.bitsAllocated,
      ]);
      expect([name, header.sopInstanceUid, header.modality, header.photometric, header.patientId]).toEqual([
        name,
        text('x00080018'),
        text('x00080060'),
        text('x00280004'),
        text('x00100020'),
      ]);
      expect([name, header.pixelData?.offsetBytes]).toEqual([name, parsed.elements['x7fe00010']?.dataOffset]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(90);
  });
});
