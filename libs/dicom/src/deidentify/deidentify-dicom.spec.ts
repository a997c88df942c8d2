import { deflateRawSync } from 'node:zlib';
import { parseCaseName } from '@mammoline/kernel';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { defaultDicomLimits } from '../dicom-limits.ts';
import { fileMeta } from '../file-meta.ts';
import { inspectDicom } from '../inspect-dicom.ts';
import { readPixels } from '../read-pixels.ts';
import type { ElementSyntax } from '../read-element-head.ts';
import {
  deflatedExplicitVrLittleEndian,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  transferSyntaxOf,
} from '../transfer-syntax.ts';
import { openPixelData, sequenceEnd, writeElement, writeItem, writeText } from '../write-element.ts';
import { basicProfile } from './basic-profile.ts';
import { BurnedInAnnotation, deidentifyDicom } from './deidentify-dicom.ts';
import { keptAttributes } from './kept-attributes.ts';
import { createPseudonyms } from './pseudonyms.ts';

const pseudonyms = createPseudonyms(Buffer.from('0123456789abcdef0123456789abcdef\n'));
const others = createPseudonyms(Buffer.from('0123456789abcdef0123456789abcdeX\n'));

/** An element to write: text, bytes, or items of elements. */
type Given = readonly [tag: number, vr: string, value: string | Uint8Array | readonly (readonly Given[])[]];

function write([tag, vr, value]: Given, syntax: ElementSyntax): Uint8Array {
  if (typeof value === 'string') return Buffer.concat(writeText(tag, vr, value, syntax));
  if (value instanceof Uint8Array) return Buffer.concat(writeElement(tag, vr, [value], syntax));
  const items = value.flatMap((item) =>
    writeItem(
      item.map((one) => write(one, syntax)),
      syntax,
    ),
  );
  return Buffer.concat(writeElement(tag, 'SQ', items, syntax));
}

const uint16 = (value: number, littleEndian: boolean): Uint8Array => {
  const bytes = Buffer.alloc(2);
  if (littleEndian) bytes.writeUInt16LE(value);
  else bytes.writeUInt16BE(value);
  return bytes;
};

/** A mammogram of two by two with what is given before its pixels, and after them. */
function file(given: readonly Given[], transferSyntaxUid = explicitVrLittleEndian, after: readonly Given[] = []): Uint8Array {
  const { explicitVr, littleEndian, deflated } = transferSyntaxOf(transferSyntaxUid);
  const us = (tag: number, value: number): Given => [tag, 'US', uint16(value, littleEndian)];
  const all: Given[] = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.1.2'],
    [0x00080018, 'UI', '1.2.3.4.5'],
    us(0x00280002, 1),
    [0x00280004, 'CS', 'MONOCHROME2'],
    us(0x00280010, 2),
    us(0x00280011, 2),
    us(0x00280100, 8),
    us(0x00280101, 8),
    us(0x00280102, 7),
    us(0x00280103, 0),
    ...given,
  ];
  all.sort((a, b) => a[0] - b[0]);
  all.push([0x7fe00010, explicitVr ? 'OB' : 'OW', Uint8Array.of(1, 2, 3, 4)], ...after);
  const dataSet = Buffer.concat(all.map((one) => write(one, { explicitVr, littleEndian })));
  const meta = fileMeta({ sopClassUid: '1.2.840.10008.5.1.4.1.1.1.2', sopInstanceUid: '1.2.3.4.5', transferSyntaxUid });
  return Buffer.concat([...meta, deflated ? deflateRawSync(dataSet) : dataSet]);
}

const made = (bytes: Uint8Array, by = pseudonyms) => {
  const { parts, report } = deidentifyDicom(bytes, by, defaultDicomLimits);
  return { bytes: Buffer.concat(parts), report };
};
const header = (bytes: Uint8Array) => {
  const result = inspectDicom(bytes, bytes.length);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
};
/** All elements of the data set's own level by tag, as text. */
const texts = (bytes: Buffer, tag: number): string | undefined => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(tag >>> 16);
  head.writeUInt16LE(tag & 0xffff, 2);
  const at = bytes.indexOf(head);
  return at < 0 ? undefined : bytes.toString('latin1', at + 8, at + 8 + bytes.readUInt16LE(at + 6)).replace(/[\0 ]+$/, '');
};
const canary = 'CANARY';

describe('each action', () => {
  test.each([
    ['X removes', 0x00081030, 'LO', undefined, 'removed'],
    ['X/Z/D removes', 0x00080080, 'LO', undefined, 'removed'],
    ['Z empties', 0x00080050, 'SH', '', 'emptied'],
    ['Z/D empties', 0x00080023, 'DA', '', 'emptied'],
    ['D puts a dummy there', 0x00120040, 'LO', 'REMOVED', 'dummy'],
    ['D of a time puts a time there', 0x00189074, 'DT', '19000101000000', 'dummy'],
    ['D of a sequence empties it', 0x0040a730, 'SQ', undefined, 'dummy'],
    ['what is on no list is removed', 0x00181160, 'SH', undefined, 'removed'],
    ['an unknown attribute is removed', 0x00181fff, 'LO', undefined, 'removed'],
  ] as const)('%s', (_, tag, vr, expected, done) => {
    const { bytes, report } = made(file([[tag, vr, vr === 'SQ' ? [[[0x00100010, 'PN', canary]]] : canary]]));
    expect(bytes.includes(canary)).toBe(false);
    if (vr !== 'SQ') expect(texts(bytes, tag)).toBe(expected);
    expect(report.changes.filter((change) => change.done === done && change.tag === formatted(tag))).toHaveLength(1);
    expect(JSON.stringify(report)).not.toContain(canary);
  });

  const formatted = (tag: number): string =>
    `(${tag
      .toString(16)
      .padStart(8, '0')
      .replace(/(.{4})/, '$1,')})`;

  it('U maps a UID, everywhere the same, and leaves those of the standard', () => {
    const { bytes } = made(file([[0x0020000e, 'UI', '1.2.3.4.5']]));
    const { sopInstanceUid, seriesInstanceUid, sopClassUid } = header(bytes);
    expect(sopInstanceUid).toMatch(/^2\.25\.[1-9]\d{30,38}$/);
    expect(seriesInstanceUid).toBe(sopInstanceUid);
    expect(sopClassUid).toBe('1.2.840.10008.5.1.4.1.1.1.2');
    expect(texts(bytes, 0x00020003)).toBe(sopInstanceUid);
    expect(bytes.includes('1.2.3.4.5')).toBe(false);
  });

  it('keeps codes, numbers and sequences of them, and nothing that is none', () => {
    const code = (value: string): Given => [
      0x00540220,
      'SQ',
      [
        [
          [0x00080100, 'SH', value],
          [0x00080104, 'LO', canary],
          [0x00100010, 'PN', canary],
        ],
      ],
    ];
    const { bytes, report } = made(
      file([code('R-10242'), [0x00185101, 'CS', 'CC'], [0x00180060, 'DS', '28.5'], [0x00180015, 'CS', `${canary}^JANE`]]),
    );
    expect(header(bytes).viewPosition).toBe('CC');
    expect(bytes.includes('R-10242')).toBe(true);
    expect(texts(bytes, 0x00180060)).toBe('28.5');
    expect(bytes.includes(canary)).toBe(false);
    expect(report.changes).toContainEqual({ tag: '(0018,0015)', name: 'Body Part Examined', done: 'removed', times: 1 });
  });

  it('removes private attributes, curves, overlays, what follows the pixels, and the preamble', () => {
    const given: Given[] = [
      [0x00290010, 'LO', canary],
      [0x00291001, 'LO', canary],
      [0x50003000, 'OW', Buffer.from(canary)],
      [0x60003000, 'OW', Buffer.from(canary)],
      [0x60004000, 'LT', canary],
    ];
    const bytes = file(given, explicitVrLittleEndian, [[0xfffcfffc, 'OB', Buffer.from(canary)]]);
    bytes.set(Buffer.from(canary));
    const result = made(bytes);
    expect(result.bytes.includes(canary)).toBe(false);
    expect(result.report.changes.filter(({ name }) => name === 'private attributes')).toEqual([
      { tag: '(0029,xxxx)', name: 'private attributes', done: 'removed', times: 2 },
    ]);
  });

  it('empties comments beside compressed pixels, and takes no pixels of a kind that is not known', () => {
    const compressed = (transferSyntaxUid: string): Buffer => {
      const syntax = transferSyntaxOf(transferSyntaxUid);
      const native = file([], transferSyntaxUid);
      const stream = Buffer.concat([Buffer.from('ffd8fffe0008', 'hex'), Buffer.from(canary), Buffer.from('ffd9', 'hex')]);
      const pixels = [openPixelData(0x7fe00010, syntax), ...writeItem([], syntax), ...writeItem([stream], syntax), sequenceEnd(syntax)];
      return Buffer.concat([native.subarray(0, -16), ...pixels]);
    };
    const { bytes, report } = made(compressed('1.2.840.10008.1.2.4.70'));
    expect(bytes.includes(canary)).toBe(false);
    expect(report.changes).toContainEqual({ tag: '(7fe0,0010)', name: 'comments beside compressed pixels', done: 'removed', times: 1 });
    expect(() => made(compressed('1.2.840.10008.1.2.4.110'))).toThrow(/not decoded here/);
  });

  it('says so in the file', () => {
    const { bytes } = made(file([[0x00120062, 'CS', 'NO']]));
    expect(texts(bytes, 0x00120062)).toBe('YES');
    expect(texts(bytes, 0x00280303)).toBe('REMOVED');
    expect(bytes.includes('113100')).toBe(true);
  });
});

describe('PatientID', () => {
  const idOf = (id: string, by = pseudonyms): string => header(made(file([[0x00100020, 'LO', id]]), by).bytes).patientId ?? '';

  it('keeps the case of a name and gives the patient one code, whatever the table and the view', () => {
    const first = parseCaseName(idOf('Mass-Training_P_00001_LEFT_CC_1'));
    const second = parseCaseName(idOf('Calc-Test_P_00001_RIGHT_MLO'));
    expect(first).toMatchObject({ kind: 'MASS', split: 'TRAINING', laterality: 'LEFT', position: 'CC', abnormalityNumber: 1 });
    expect(second?.patient).toBe(first?.patient);
    expect(idOf('P_00001_LEFT_CC_2')).toBe(`${first?.patient ?? ''}_LEFT_CC_2`);
    expect(idOf('P_00001')).toBe(first?.patient);
    expect(idOf('P_00002')).not.toBe(first?.patient);
    expect(idOf('P_00001', others)).not.toBe(first?.patient);
  });

  it('becomes a code where it is any other, drops what stands around a case name, and stays empty where it is', () => {
    expect(idOf('MRN 4711')).toMatch(/^P_[0-9A-HJKMNP-TV-Z]{13}$/);
    expect(idOf(`${canary} Mass-Training_P_00001_LEFT_CC`)).not.toContain(canary);
    expect(idOf('')).toBe('');
  });
});

it('keeps of a series description the term of CBIS-DDSM that is in it', () => {
  const described = (text: string) => header(made(file([[0x0008103e, 'LO', text]])).bytes).seriesDescription;
  expect(described(`${canary} full mammogram images`)).toBe('full mammogram images');
  expect(described('Cropped')).toBe('cropped images');
  expect(described(canary)).toBeUndefined();
});

it('does not take a file that says that names are burnt in, and tells of one that does not deny it', () => {
  expect(() => made(file([[0x00280301, 'CS', 'YES']]))).toThrow(BurnedInAnnotation);
  expect(made(file([[0x00280301, 'CS', 'NO']])).report.burnedIn).toBe('NO');
  expect(made(file([])).report.burnedIn).toBe('unstated');
});

describe('in every syntax', () => {
  const syntaxes = [implicitVrLittleEndian, explicitVrLittleEndian, explicitVrBigEndian, deflatedExplicitVrLittleEndian];
  it.each(syntaxes)('%s: the same pixels, the same bytes each time', (syntax) => {
    const bytes = file(
      [
        [0x00100010, 'PN', canary],
        [0x00100020, 'LO', 'Mass-Training_P_00001_LEFT_CC'],
      ],
      syntax,
    );
    const result = made(bytes).bytes;
    expect([...readPixels(result).pixels.data]).toEqual([1, 2, 3, 4]);
    expect(parseCaseName(readPixels(result).header.patientId ?? '')?.position).toBe('CC');
    expect(result.includes(canary)).toBe(false);
    expect(made(bytes).bytes.equals(result)).toBe(true);
    expect(made(result).report.changes.length).toBeGreaterThan(0);
  });

  it('lets no value of an identifying attribute through, at whatever depth', () => {
    const sequences = [...keptAttributes].flatMap(([tag, { vrs }]) => (vrs.includes('SQ') ? [tag] : []));
    const texty = new Set(['LO', 'SH', 'PN', 'ST', 'LT', 'UT', 'AE', 'UC', 'DA', 'DT', 'TM', 'CS', 'UR', 'UI']);
    const named = [...basicProfile].filter(([tag, { vr }]) => texty.has(vr) && tag > 0x0003ffff);
    const element = fc
      .tuple(fc.constantFrom(...named), fc.integer({ min: 0, max: 999 }))
      .map(([[tag, { vr }], number]): Given => [tag, vr, vr === 'UI' ? `1.2.777.${String(number)}` : `${canary}${String(number)}`]);
    const foreign = fc
      .integer({ min: 0x00080001, max: 0x6fffffff })
      .filter((tag) => !keptAttributes.has(tag) && (tag & 0xffff) !== 0 && tag >>> 16 !== 0x7fe0);
    const unknown = foreign.map((tag): Given => [tag, 'LO', canary]);
    const level: fc.Arbitrary<Given[]> = fc.array(fc.oneof(element, unknown), { maxLength: 8 });
    const deeper = fc
      .tuple(level, fc.constantFrom(...sequences), level)
      .map(([outside, tag, inside]): Given[] => [...outside, [tag, 'SQ', [inside, [[tag, 'SQ', [inside]]]]]]);
    const unique = (given: readonly Given[]): Given[] => [...new Map(given.map((one) => [one[0], one])).values()];
    fc.assert(
      fc.property(deeper, fc.constantFrom(...syntaxes), (given, syntax) => {
        const { bytes, report } = made(file(unique(given), syntax));
        for (const secret of [canary, '1.2.777.']) {
          expect(bytes.includes(secret)).toBe(false);
          expect(JSON.stringify(report)).not.toContain(secret);
        }
        expect(readPixels(bytes).pixels.rows).toBe(2);
      }),
      { numRuns: 300 },
    );
  });
});

it('refuses what it can not read whole, with places and no values', () => {
  const bytes = Buffer.from(file([[0x00100010, 'PN', canary]]));
  const at = bytes.indexOf(canary);
  bytes.writeUInt16LE(60_000, at - 2);
  expect(() => made(bytes)).toThrow(/^\(0010,0010\) at byte \d+ goes beyond what it is in/);
  const nested = (depth: number): Given => [0x00540220, 'SQ', depth === 0 ? [] : [[nested(depth - 1)]]];
  expect(() => made(file([nested(70)]))).toThrow(/too deep/);
});

it('has every row of the table once, and none of what is kept', () => {
  expect(basicProfile.size).toBe(652);
  expect([...keptAttributes.keys()].filter((tag) => basicProfile.has(tag))).toEqual([]);
  expect(keptAttributes.size).toBe(112);
});

it('wants a key that can not be guessed, and never shows it', () => {
  expect(() => createPseudonyms(Buffer.from('short secret'))).toThrow(/^the key has 12 characters; expected at least 32/);
  expect(pseudonyms.fingerprint).not.toBe(others.fingerprint);
  expect(JSON.stringify(pseudonyms)).not.toContain('0123456789abcdef');
});
