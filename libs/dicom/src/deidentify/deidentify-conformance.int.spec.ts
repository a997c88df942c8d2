import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '@mammoline/kernel';
import { expect, test } from 'vitest';
import { defaultDicomLimits } from '../dicom-limits.ts';
import { decodeStoredFrame } from '../decode-stored-frame.ts';
import { inspectDataSet, type InspectedDicom } from '../inspect-dicom.ts';
import { basicProfile } from './basic-profile.ts';
import { BurnedInAnnotation, deidentifyDicom } from './deidentify-dicom.ts';
import { keptAttributes } from './kept-attributes.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { openDataSet } from '../parse-data-set.ts';
import { transferSyntaxOf } from '../transfer-syntax.ts';
import { walkElements } from './walk-elements.ts';

const folder = join(import.meta.dirname, '../../../../../shared/data/dicom-conformance');
const pseudonyms = createPseudonyms(Buffer.alloc(32, 'k'));
const marks = new Set([0x00120062, 0x00120063, 0x00120064, 0x00280303]);
const codeAndDate = new Set(['DA', 'TM', 'DT', 'PN', 'LO', 'SH', 'LT', 'ST', 'UT']);

/** The data set's own elements. */
function elementsOf(bytes: Uint8Array) {
  const opened = openDataSet(bytes, defaultDicomLimits);
  if (opened === undefined) throw new Error('no data set');
  const range = { start: opened.start, end: opened.bytes.length };
  return [...walkElements(opened.bytes, range, transferSyntaxOf(opened.transferSyntaxUid), 64)].map((element) => ({
    ...element,
    text: Buffer.from(opened.bytes.subarray(element.valueOffset, element.valueEnd))
      .toString('latin1')
      .replace(/[\0 ]+$/, ''),
  }));
}

/** Whether the first frame has the same stored values, or can be decoded in neither. */
function decodeAlike(before: InspectedDicom, after: InspectedDicom): boolean {
  const decode = ({ header, bytes }: InspectedDicom): Uint8Array | Uint16Array | undefined => {
    try {
      return decodeStoredFrame(header, bytes, 0, defaultDicomLimits);
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  };
  const [was, is] = [decode(before), decode(after)];
  if (was === undefined || is === undefined) return was === is;
  return was.length === is.length && was.every((value, at) => value === is[at]);
}

test.skipIf(!existsSync(folder))(
  'every file of other projects that can be read comes out readable, with its pixels, and with nothing that the profile takes away (skipped where ../shared/data is absent)',
  () => {
    const refused: string[] = [];
    let taken = 0;
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name));
      const before = inspectDataSet(bytes, bytes.length, defaultDicomLimits);
      if (!before.ok) continue;
      let made: Buffer;
      try {
        made = Buffer.concat(deidentifyDicom(bytes, pseudonyms, defaultDicomLimits).parts);
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
        refused.push(error instanceof BurnedInAnnotation ? 'burnt in' : `${name}: ${error.message}`);
        continue;
      }
      const after = inspectDataSet(made, made.length, defaultDicomLimits);
      if (!after.ok) throw new Error(`${name}: ${after.error.detail}`);
      const { pixelData: from, ...header } = before.value.header;
      const { pixelData: to, ...headerMade } = after.value.header;
      // Where they read alike: what tells the image, but for who it is of, and the syntax of a deflated file.
      for (const key of ['rows', 'columns', 'frames', 'bitsAllocated', 'bitsStored', 'photometric', 'viewPosition'] as const)
        expect([name, key, headerMade[key]]).toEqual([name, key, header[key]]);
      if (from !== undefined && from.lengthBytes === undefined)
        expect([name, decodeAlike(before.value, after.value)]).toEqual([name, true]);
      if (from?.lengthBytes !== undefined) {
        const pixels = before.value.bytes.subarray(from.offsetBytes, from.offsetBytes + from.lengthBytes);
        expect(Buffer.compare(pixels, after.value.bytes.subarray(to?.offsetBytes ?? 0, (to?.offsetBytes ?? 0) + from.lengthBytes))).toBe(0);
      }
      const source = elementsOf(bytes);
      for (const { tag, text } of elementsOf(made)) {
        expect([name, tag.toString(16), marks.has(tag) || keptAttributes.has(tag) || basicProfile.has(tag)]).toEqual([
          name,
          tag.toString(16),
          true,
        ]);
        const rule = basicProfile.get(tag);
        if (rule === undefined || !codeAndDate.has(rule.vr) || text === '' || text === 'REMOVED') continue;
        if (tag !== 0x0008103e)
          expect([name, tag.toString(16), source.find((one) => one.tag === tag)?.text]).not.toEqual([name, tag.toString(16), text]);
      }
      taken += 1;
    }
    console.info(`${String(taken)} files taken; refused: ${refused.join('; ')}`);
    expect(taken).toBeGreaterThan(100);
  },
  60_000,
);
