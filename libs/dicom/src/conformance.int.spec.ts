import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, sha256Of } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { decodeStoredFrame } from './decode-stored-frame.ts';
import type { DicomHeader } from './dicom-header.ts';
import { defaultDicomLimits } from './dicom-limits.ts';
import { inspectDataSet } from './inspect-dicom.ts';
import { readPixels } from './read-pixels.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

/** 120 files of other projects, in 20 transfer syntaxes, with what pydicom reads in each. */
const data = join(import.meta.dirname, '../../../../shared/data');
const index = join(data, 'dicom-conformance.index.tsv');

/** What dcmdjpeg of dcmtk 3.6.7 makes of lossy JPEG: pydicom can't decode half of it, and is off by at most 1 in the other half. */
const byDcmtk = new Set([
  // 1.2.840.10008.1.2.4.50
  '61a9117dd2cb9f8a5b3c5f2add07fe3ccb8fb4dda4228db9c2a1c1e6b23e1641',
  '334275c10bc60e8050888482dd5bdd6f094bb11c37d8d88a8fd4d62ed0b39c8d',
  'e414aaca686695163b4fcca90cc4b0bf6aff59d70c036a39a446ebcbb53e3360',
  // .51; the CT is in .53 and .55 too
  'a0dca087f2176a3c8e90714e16de749cda6b7b74a40ec73b8ff7db91297bffb5',
  '9abaad394350446863392cb20dffbe1086b9deb89b32cbf999479f111cd97b31',
  '85e3b617e00dc755e55971bfe8770210f17d4909b17db5d71d2617e22254b3b9',
  '4454a6f4a51ee74fa8a0c99db0d550c62e111bbf8825c99a8992b63a8c52b1a0',
  '05ea6ae7a49cafbc630fca597bd72ab2f2e6ac10e40d553fde58168d1ddb2ff7',
  'd30242775a414c01d616447854ebe3f2b20259822894bcd6891f879bcdcbf313',
  // Says .70, and is baseline
  '1bce612ae7e07d23066a88fa01395fcfb0ec55723ab50f67c6798e1438eae279',
]);

/** Held against itself only: no other decoder at hand gives these bits. */
const byNobodyElse: ReadonlyMap<string, string> = new Map([
  ['bef87d8a008cb225ad7bc658ff709ea053eb739370955f46e37e0cacbf51162f', 'within 1 of pydicom'],
  // The last delimiter is missing: pydicom and dcmtk find no pixel data.
  ['53a1da994838c5cc886c35e68f424359c44a00c640c549ed812d7100dfb6bc78', 'decoded here alone'],
]);

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

/** The stored values of all frames, held against the references. */
function compareStored(header: DicomHeader, bytes: Uint8Array, expected: Expected): string {
  const frames = Array.from({ length: header.frames }, (_, frameIndex) => {
    const stored = decodeStoredFrame(header, bytes, frameIndex, defaultDicomLimits);
    const words = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
    return expected.isBigEndian && header.bitsAllocated === 16 ? words.swap16() : words;
  });
  const sha256 = sha256Of(Buffer.concat(frames));
  if (sha256 === expected.pixelSha256) return 'as pydicom';
  return byDcmtk.has(sha256) ? 'as dcmtk' : (byNobodyElse.get(sha256) ?? `differs: ${sha256}`);
}

/** In a few words: why readPixels refuses the file, or how its pixels compare. Colour is refused, and still tells of the codecs. */
function outcomeOf(expected: Expected, bytes: Uint8Array): string {
  const inspected = inspectDataSet(bytes, bytes.length, defaultDicomLimits);
  if (!inspected.ok) return `refused: ${inspected.error.reason}`;
  const { header } = inspected.value;
  if (header.transferSyntaxUid !== expected.transferSyntax && expected.transferSyntax !== '') return `differs: ${header.transferSyntaxUid}`;
  if (expected.rows !== '' && (String(header.rows) !== expected.rows || String(header.columns) !== expected.columns))
    return 'differs: size';
  try {
    const { pixels } = readPixels(bytes, { frameIndex: 0 });
    if (pixels.data.length !== header.rows * header.columns) return 'differs: pixel count';
    return compareStored(header, inspected.value.bytes, expected);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    const reason = /no image|not grey|unusual depth|no whole image|not decoded here/.exec(error.message)?.[0] ?? error.message;
    return `refused: ${reason}`;
  }
}

describe.skipIf(!existsSync(index))('the conformance set (skipped where ../shared/data is absent)', () => {
  const files = existsSync(index) ? readIndex() : [];
  const read = ({ file }: Expected): Buffer => readFileSync(join(data, file));

  test('every file gives the pixels of pydicom or dcmtk, or is refused for what it is', () => {
    const table = new Map<string, Map<string, number>>();
    for (const expected of files) {
      const outcome = outcomeOf(expected, read(expected));
      const uid = expected.transferSyntax.replace('1.2.840.10008.1.2', '');
      const syntax = expected.transferSyntax === '' ? 'none' : `${uid} ${transferSyntaxOf(expected.transferSyntax).name}`.trim();
      const counts = table.get(syntax) ?? new Map<string, number>();
      table.set(syntax, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
    }
    const lines = [...table]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([syntax, counts]) => {
        const outcomes = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
        return `${syntax}: ${outcomes.map(([outcome, count]) => `${String(count)} ${outcome}`).join(', ')}`;
      });
    console.info(lines.join('\n'));
    expect(lines).toMatchInlineSnapshot(`
      [
        ".1 Explicit VR Little Endian: 1 as pydicom, 12 refused: no image, 3 refused: not grey, 4 refused: truncated, 2 refused: unusual depth",
        ".1.99 Deflated Explicit VR Little Endian: 2 as pydicom, 1 refused: not grey",
        ".2 Explicit VR Big Endian: 2 as pydicom, 1 refused: no image, 3 refused: not grey, 2 refused: unusual depth",
        ".4.111 JPEG XL Recompression: 1 refused: not decoded here",
        ".4.201 HTJ2K Lossless: 1 refused: not grey",
        ".4.203 HTJ2K: 1 refused: not grey",
        ".4.50 JPEG Baseline (Process 1): 1 as dcmtk, 1 refused: no whole image, 6 refused: not grey",
        ".4.51 JPEG Extended (Process 2 and 4): 6 as dcmtk, 1 refused: not grey",
        ".4.53 JPEG Spectral Selection (Process 6 and 8, retired): 1 as dcmtk",
        ".4.55 JPEG Full Progression (Process 10 and 12, retired): 1 as dcmtk",
        ".4.57 JPEG Lossless (Process 14): 2 as pydicom",
        ".4.70 JPEG Lossless (Process 14, selection value 1): 1 as dcmtk, 5 as pydicom, 1 decoded here alone, 1 refused: not grey",
        ".4.80 JPEG-LS Lossless: 7 as pydicom, 1 refused: not grey",
        ".4.81 JPEG-LS Near-Lossless: 5 as pydicom, 3 refused: not grey",
        ".4.90 JPEG 2000 Lossless: 4 as pydicom, 1 refused: no whole image, 3 refused: not grey",
        ".4.91 JPEG 2000: 5 as pydicom, 3 refused: not grey",
        ".5 RLE Lossless: 4 as pydicom, 2 refused: not grey, 2 refused: unusual depth",
        ".8.1 Deflated Image Frame: 1 refused: not decoded here",
        "Implicit VR Little Endian: 8 as pydicom, 4 refused: no image, 1 refused: truncated, 1 refused: unusual depth",
        "none: 3 refused: no image, 1 refused: not-dicom, 1 refused: unusual depth",
      ]
    `);
  });

  /** What the pipeline refuses as colour still shows that the codecs are right, HTJ2K above all, of which there is nothing grey. */
  test('the codecs give the samples of colour images too', () => {
    const outcomes = new Map<string, string>();
    for (const expected of files) {
      const bytes = read(expected);
      const inspected = inspectDataSet(bytes, bytes.length, defaultDicomLimits);
      if (!inspected.ok) continue;
      const { header } = inspected.value;
      const { codec } = transferSyntaxOf(header.transferSyntaxUid);
      // Converted by pydicom: luma and chroma, and planes that lie apart. The one of 140 frames is of another size in each.
      const isComparable = header.photometric?.startsWith('YBR_FULL') === false && !/_RGB_ILV0|ExplVR_BigEnd/.test(expected.file);
      if (header.samplesPerPixel === 1 || header.bitsAllocated > 16 || !isComparable) continue;
      outcomes.set(expected.file.replace(/.*\//, ''), `${codec ?? 'native'} ${compareStored(header, inspected.value.bytes, expected)}`);
    }
    expect(Object.fromEntries(outcomes)).toMatchInlineSnapshot(`
      {
        "cornerstone3D__TestPattern_JPEG-LS-NearLossless.dcm": "jpeg-ls as pydicom",
        "dicom-test-files__VL3_J2KI": "jpeg-2000 as pydicom",
        "dicom-test-files__VL3_J2KR": "jpeg-2000 as pydicom",
        "fo-dicom__Deflated.dcm": "native as pydicom",
        "fo-dicom__GH538-jpeg14sv1.dcm": "jpeg as pydicom",
        "libdicom__sm_image.dcm": "native as pydicom",
        "pydicom-data__HTJ2KLossless_08_RGB.dcm": "htj2k as pydicom",
        "pydicom-data__HTJ2K_08_RGB.dcm": "htj2k within 1 of pydicom",
        "pydicom-data__SC_rgb_expb_16bit.dcm": "native as pydicom",
        "pydicom-data__US1_J2KI.dcm": "jpeg-2000 as pydicom",
        "pydicom__GDCMJ2K_TextGBR.dcm": "jpeg-2000 as pydicom",
        "pydicom__SC_jpeg_no_color_transform_2.dcm": "jpeg as dcmtk",
        "pydicom__SC_rgb_dcmtk__eb_cr.dcm": "jpeg as dcmtk",
        "pydicom__SC_rgb_gdcm_KY.dcm": "jpeg-2000 as pydicom",
        "pydicom__SC_rgb_jls_lossy_line.dcm": "jpeg-ls as pydicom",
        "pydicom__SC_rgb_rle_2frame.dcm": "rle as pydicom",
        "pydicom__SC_rgb_small_odd.dcm": "native as pydicom",
        "pydicom__SC_rgb_small_odd_big_endian.dcm": "native as pydicom",
        "pydicom__examples_jpeg2k.dcm": "jpeg-2000 as pydicom",
      }
    `);
  });
});
