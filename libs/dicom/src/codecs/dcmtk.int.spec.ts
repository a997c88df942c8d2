import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compressDicom } from '@mammoline/testing/dicom';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeStoredFrame } from '../decode-stored-frame.ts';
import { defaultDicomLimits } from '../dicom-limits.ts';
import { inspectDataSet } from '../inspect-dicom.ts';
import type { InspectedDicom } from '../inspect-dicom.ts';
import { transferSyntaxOf } from '../transfer-syntax.ts';
import type { PixelCodec } from '../transfer-syntax.ts';
import { writeDicom } from '../write-dicom.ts';

/** dcmtk's decoders, for where pydicom has none. */
const programs: Partial<Readonly<Record<PixelCodec, string>>> = { jpeg: 'dcmdjpeg', 'jpeg-ls': 'dcmdjpls', rle: 'dcmdrle' };
const isThere = Object.values(programs).every((program) => spawnSync(program, ['--version']).status === 0);
if (!isThere) console.info('dcmtk is not installed (Debian: apt-get install dcmtk): its decoders are not compared with');

const conformance = join(import.meta.dirname, '../../../../../shared/data/dicom-conformance');
const directory = mkdtempSync(join(tmpdir(), 'dcmtk-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** All frames' stored values; undefined where the file is none or is refused. */
function storedOf(bytes: Uint8Array): { readonly image: InspectedDicom; readonly values: Buffer } | undefined {
  const inspected = inspectDataSet(bytes, bytes.length, defaultDicomLimits);
  if (!inspected.ok) return undefined;
  const image = inspected.value;
  try {
    const frames = Array.from({ length: image.header.frames }, (_, frameIndex) => {
      const { buffer, byteOffset, byteLength } = decodeStoredFrame(image.header, image.bytes, frameIndex, defaultDicomLimits);
      return Buffer.from(buffer, byteOffset, byteLength);
    });
    return { image, values: Buffer.concat(frames) };
  } catch {
    return undefined;
  }
}

/** A word on how a file's stored values compare; undefined where it is grey in no syntax of dcmtk's programs, or not decoded here. */
function compare(bytes: Uint8Array): { readonly syntax: string; readonly outcome: string } | undefined {
  const here = storedOf(bytes);
  const syntax = transferSyntaxOf(here?.image.header.transferSyntaxUid ?? '');
  const program = syntax.codec === undefined ? undefined : programs[syntax.codec];
  if (here === undefined || program === undefined || here.image.header.samplesPerPixel !== 1) return undefined;
  const [from, to] = [join(directory, 'from.dcm'), join(directory, 'to.dcm')];
  writeFileSync(from, bytes);
  try {
    execFileSync(program, [from, to], { stdio: 'ignore' });
  } catch {
    return { syntax: syntax.name, outcome: 'dcmtk refuses it' };
  }
  const there = storedOf(readFileSync(to));
  return { syntax: syntax.name, outcome: there?.values.equals(here.values) === true ? 'the same bits' : 'others' };
}

describe.skipIf(!isThere)('dcmtk decodes to the same bits (skipped where dcmtk is absent)', () => {
  test.skipIf(!existsSync(conformance))(
    'the grey files of the conformance set (skipped where ../shared/data is absent)',
    { timeout: 120_000 },
    () => {
      const table: Record<string, Record<string, number>> = {};
      for (const name of readdirSync(conformance).sort()) {
        const compared = compare(readFileSync(join(conformance, name)));
        if (compared === undefined) continue;
        const counts = (table[compared.syntax] ??= {});
        counts[compared.outcome] = (counts[compared.outcome] ?? 0) + 1;
      }
      expect(table).toMatchInlineSnapshot(`
      {
        "JPEG Baseline (Process 1)": {
          "the same bits": 1,
        },
        "JPEG Extended (Process 2 and 4)": {
          "the same bits": 6,
        },
        "JPEG Full Progression (Process 10 and 12, retired)": {
          "the same bits": 1,
        },
        "JPEG Lossless (Process 14)": {
          "the same bits": 2,
        },
        "JPEG Lossless (Process 14, selection value 1)": {
          "dcmtk refuses it": 1,
          "the same bits": 6,
        },
        "JPEG Spectral Selection (Process 6 and 8, retired)": {
          "the same bits": 1,
        },
        "JPEG-LS Lossless": {
          "dcmtk refuses it": 2,
          "the same bits": 5,
        },
        "JPEG-LS Near-Lossless": {
          "the same bits": 5,
        },
        "RLE Lossless": {
          "the same bits": 5,
        },
      }
    `);
    },
  );

  test.each(['5', '4.50', '4.70', '4.80', '4.81'])('a picture that another library compressed to 1.2.840.10008.1.2.%s', async (last) => {
    const uids = { sopInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3', studyInstanceUid: '1.2', patientId: 'P_00001' };
    const [rows, columns] = [131, 97];
    const words = Uint16Array.from({ length: rows * columns }, (_, at) => ((at * at) >>> 3) & 0xfff);
    const data = last === '4.50' ? Uint8Array.from(words, (word) => word >> 4) : words;
    const file = await compressDicom(writeDicom({ ...uids, rows, columns, data }), `1.2.840.10008.1.2.${last}`);
    expect(compare(file)?.outcome).toBe('the same bits');
  });
});
