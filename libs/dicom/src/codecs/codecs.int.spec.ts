import { compressDicom } from '@mammoline/testing/dicom';
import { describe, expect, test } from 'vitest';
import { defaultDicomLimits } from '../dicom-limits.ts';
import { readPixels } from '../read-pixels.ts';
import { encapsulate, explicitFile } from '../spec-explicit-file.ts';
import { transferSyntaxOf } from '../transfer-syntax.ts';
import { writeDicom } from '../write-dicom.ts';

const uids = { sopInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3', studyInstanceUid: '1.2', patientId: 'P_00001' };

/** A bright disc with grain on a dark ground, of sides that nothing divides. */
function grain(rows: number, columns: number, brightest: number): Uint16Array {
  return Uint16Array.from({ length: rows * columns }, (_, index) => {
    const distance = Math.hypot(Math.floor(index / columns) - rows / 2, (index % columns) - columns / 2);
    return distance > columns / 2 ? index % 7 : Math.round(brightest * (1 - distance / columns)) - ((index * 7919) % 61);
  });
}
const [rows, columns] = [131, 97];
const words = grain(rows, columns, 65_535);
const bytes = Uint8Array.from(words, (word) => word >> 8);
const mammogram = writeDicom({ ...uids, rows, columns, data: words });

const syntax = (last: string): string => `1.2.840.10008.1.2.${last}`;
const lossless = ['1', '2', '5', '4.70', '4.80', '4.90', '4.201', '4.202'].map(syntax);

describe('pixels that another library compressed', () => {
  test.each(lossless.map((uid) => [transferSyntaxOf(uid).name, uid] as const))('%s: every bit of 16 and of 8', async (_, uid) => {
    for (const data of [words, bytes]) {
      const { header, pixels } = readPixels(await compressDicom(writeDicom({ ...uids, rows, columns, data }), uid));
      expect(header.transferSyntaxUid).toBe(uid);
      expect(Buffer.from(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength).equals(Buffer.from(data.buffer))).toBe(true);
      expect(pixels.data.length).toBe(data.length);
    }
  });

  test.each([
    ['4.81', words, 10],
    ['4.203', words, 16],
    ['4.50', bytes, 32],
  ])('%s: near what it was', async (last, data, tolerance) => {
    const { pixels } = readPixels(await compressDicom(writeDicom({ ...uids, rows, columns, data }), syntax(last)));
    const worst = Math.max(...Array.from(data, (value, index) => Math.abs(value - (pixels.data[index] ?? Number.NaN))));
    expect(worst).toBeLessThanOrEqual(tolerance);
  });

  test('an overshoot of a lossy codec stays white', async () => {
    const edges = Uint8Array.from({ length: 32 * 32 }, (_, index) => ((index * 7919) % 3 === 0 ? 127 : 0));
    const file = Buffer.from(await compressDicom(writeDicom({ ...uids, rows: 32, columns: 32, data: edges }), syntax('4.50')));
    const { data: all } = readPixels(file).pixels;
    expect(Math.max(...all)).toBeGreaterThan(127);
    for (const [element, value] of [
      [0x01, 7],
      [0x02, 6],
    ] as const)
      file.writeUInt16LE(value, file.indexOf(Buffer.of(0x28, 0x00, element, 0x01)) + 8);
    expect(readPixels(file).pixels.data).toEqual(all.map((value) => Math.min(value, 127)));
  });

  test('8 bits compressed in a file of 16 are 8 bits still', async () => {
    const file = Buffer.from(await compressDicom(writeDicom({ ...uids, rows, columns, data: bytes }), syntax('4.90')));
    file.writeUInt16LE(16, file.indexOf(Buffer.of(0x28, 0x00, 0x00, 0x01)) + 8);
    expect(readPixels(file).pixels.data).toEqual(Uint16Array.from(bytes));
    const wide = Buffer.from(await compressDicom(mammogram, syntax('4.90')));
    wide.writeUInt16LE(8, wide.indexOf(Buffer.of(0x28, 0x00, 0x00, 0x01)) + 8);
    wide.writeUInt16LE(8, wide.indexOf(Buffer.of(0x28, 0x00, 0x01, 0x01)) + 8);
    expect(() => readPixels(wide)).toThrow(/JPEG 2000 Lossless: found samples of 2 bytes in the frame; expected 8 bits/);
  });
});

describe('frames that are not what the header says', () => {
  const compressed = ['4.50', '4.70', '4.80', '4.90', '4.201'].map(syntax);
  const frameOf = async (uid: string): Promise<Buffer> => {
    const data = uid === syntax('4.50') ? bytes : words;
    const file = Buffer.from(await compressDicom(writeDicom({ ...uids, rows, columns, data }), uid));
    const start = file.indexOf(uid.includes('.4.90') || uid.includes('.4.201') ? 'ff4fff51' : 'ffd8ff', 'hex');
    return file.subarray(start, file.lastIndexOf('ffd9', file.length, 'hex') + 2);
  };
  const fileOf = (uid: string, frame: Buffer, size: { readonly rows: number; readonly columns: number } = { rows, columns }): Buffer =>
    explicitFile({ ...size, transferSyntaxUid: uid, bitsAllocated: uid === syntax('4.50') ? 8 : 16, pixelData: encapsulate([], [frame]) });
  const named = compressed.map((uid) => [transferSyntaxOf(uid).name, uid] as const);

  test.each(named)('%s: cut anywhere, it is no whole image', async (name, uid) => {
    const frame = await frameOf(uid);
    expect(readPixels(fileOf(uid, frame)).pixels.rows).toBe(rows);
    for (const part of [0.1, 0.5, 0.99])
      expect(() => readPixels(fileOf(uid, frame.subarray(0, Math.floor(part * frame.length))))).toThrow(`${name}: found no whole image`);
  });

  test.each(named)('%s: of another size, no memory is taken for it', async (name, uid) => {
    const frame = await frameOf(uid);
    const header = { rows: rows + 1, columns };
    expect(() => readPixels(fileOf(uid, frame, header))).toThrow(
      `${name}: found 131 x 97 pixels of 1 samples in the frame; expected 132 x 97`,
    );
    // 60,000 x 60,000 in the frame itself.
    const bomb = Buffer.from(frame);
    const start = bomb.indexOf('ff4fff51', 'hex');
    if (start === 0) for (const at of [8, 12, 24, 28]) bomb.writeUInt32BE(60_000, at);
    else {
      const at = [0xc0, 0xc1, 0xc3, 0xf7].map((marker) => bomb.indexOf(Buffer.of(0xff, marker))).filter((found) => found >= 0);
      bomb.writeUInt32BE(((60_000 << 16) + 60_000) >>> 0, Math.min(...at) + 5);
    }
    const before = process.memoryUsage().arrayBuffers;
    expect(() => readPixels(fileOf(uid, bomb))).toThrow(`${name}: found 60000 x 60000 pixels`);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  test.each(named)('%s: after a damaged frame the next one is whole', async (name, uid) => {
    const frame = await frameOf(uid);
    const whole = readPixels(fileOf(uid, frame)).pixels.data;
    for (let position = 2; position < frame.length - 2; position += Math.ceil(frame.length / 20)) {
      const damaged = Buffer.from(frame);
      damaged[position] = (damaged[position] ?? 0) ^ 0xff;
      try {
        readPixels(fileOf(uid, damaged));
      } catch (error) {
        expect(String(error)).toContain(name);
      }
    }
    expect(readPixels(fileOf(uid, frame)).pixels.data).toEqual(whole);
  });

  test('refusals leave nothing behind in the codec, however many', async () => {
    const uid = syntax('4.70');
    const frame = await frameOf(uid);
    const damaged = Buffer.from(frame);
    // The scan of more components than there are.
    damaged[damaged.indexOf('ffda', 'hex') + 4] = 9;
    for (let count = 0; count < 300; count += 1) expect(() => readPixels(fileOf(uid, damaged))).toThrow("the frame can't be decoded");
    expect(readPixels(fileOf(uid, frame)).pixels.data).toEqual(words);
  });

  test('one that takes too long is stopped, and the next one is whole', async () => {
    const large = writeDicom({ ...uids, rows: 600, columns: 600, data: grain(600, 600, 60_000) });
    const file = await compressDicom(large, syntax('4.90'));
    const limits = { ...defaultDicomLimits, maxDecodeMs: 1 };
    expect(() => readPixels(file, { limits })).toThrow(/JPEG 2000 Lossless: decoding a frame took more than 1 ms/);
    expect(readPixels(file).pixels.data).toEqual(grain(600, 600, 60_000));
  });
});
