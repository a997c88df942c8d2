import { describe, expect, it } from 'vitest';
import { blankStreamComments } from './blank-stream-comments.ts';

const segment = (marker: number, content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(marker);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([head, bytes]);
};
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('comments beside pixels', () => {
  it('of JPEG and JPEG-LS are zeros then, before and between scans; nothing else is', () => {
    const jfif = segment(0xffe0, 'JFIF\0 kept');
    const scan = Buffer.concat([segment(0xffda, hex('01 01 00 00 3f 00')), hex('12 ff 00 34 ff d0 56')]);
    // Within the data of a scan this is no segment: what looks like one is in a segment that is kept.
    const table = segment(0xffdb, Buffer.concat([hex('ff fe'), Buffer.from('tables')]));
    const stream = (comment: string, exif: string): Buffer =>
      Buffer.concat([
        hex('ff d8'),
        jfif,
        segment(0xfffe, comment),
        table,
        segment(0xffe1, exif),
        scan,
        segment(0xfffe, comment),
        scan,
        hex('ff d9'),
      ]);
    for (const codec of ['jpeg', 'jpeg-ls'] as const) {
      const bytes = stream('Jane Doe', 'Exif Jane');
      expect(blankStreamComments(bytes, codec)).toBe(true);
      expect(bytes.equals(stream('\0'.repeat(8), '\0'.repeat(9)))).toBe(true);
      expect(blankStreamComments(bytes, codec)).toBe(false);
    }
  });

  it('of JPEG 2000 are zeros then, in the main header and those of tile parts', () => {
    const tilePart = (comment: string): Buffer => {
      const rest = Buffer.concat([segment(0xff64, `\0\x01${comment}`), hex('ff 93 ff 64 00 08 4a 61 6e 65 4a 61')]);
      const size = Buffer.alloc(4);
      size.writeUInt32BE(12 + rest.length);
      return Buffer.concat([segment(0xff90, Buffer.concat([hex('00 00'), size, hex('00 01')])), rest]);
    };
    const stream = (comment: string): Buffer =>
      Buffer.concat([
        hex('ff 4f'),
        segment(0xff51, 'sizes'),
        segment(0xff64, `\0\x01${comment}`),
        tilePart(comment),
        tilePart(comment),
        hex('ff d9'),
      ]);
    const bytes = stream('Jane Doe');
    expect(blankStreamComments(bytes, 'jpeg-2000')).toBe(true);
    expect(bytes.equals(stream('\0'.repeat(8)))).toBe(true);
  });

  it('are looked for in whole codestreams alone, and a cut one ends the search', () => {
    const cut = Buffer.concat([hex('ff d8'), segment(0xfffe, 'Jane Doe').subarray(0, 8)]);
    expect(blankStreamComments(cut, 'jpeg')).toBe(true);
    expect(cut.includes('Jane')).toBe(false);
    expect(blankStreamComments(Buffer.from('no stream'), 'jpeg')).toBe(false);
    expect(blankStreamComments(Buffer.alloc(0), 'htj2k')).toBe(false);
  });
});
