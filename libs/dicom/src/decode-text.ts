/** Terms of Specific Character Set (PS3.3, C.12.1.1.2) by the names that TextDecoder has for them. */
const decoders: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'latin1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  // With code extensions: the escapes are known to the Japanese decoder, and left out before the others.
  'ISO_IR 87': 'iso-2022-jp',
  'ISO_IR 159': 'iso-2022-jp',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 58': 'gbk',
};

const designations = /\x1b(?:\$?[()\-./][\x40-\x7e]|\$[\x40-\x42])/g;

/** Katakana of one byte (JIS X 0201) may stand beside the escapes. TextDecoder wants them escaped too, and no escape right after another. */
const katakana = /(?:\x1b\([BJ])?([\xa1-\xdf]+)(?=(\x1b?))/g;
const escapeKatakana = (_: string, run: string, next: string): string =>
  `\x1b(I${Array.from(run, (character) => String.fromCharCode(character.charCodeAt(0) - 0x80)).join('')}${next === '' ? '\x1b(J' : ''}`;

/**
 * Decodes a text by the file's Specific Character Set, ASCII at once.
 * With several sets the one of several bytes decides, as the first is ASCII then; where none is known, Latin-1 keeps every byte apart.
 * @param characterSets the value of (0008,0005), undefined where absent
 */
export function decodeText(value: Buffer, characterSets: string | undefined): string {
  const latin1 = value.toString('latin1');
  // Text of the header is nearly always ASCII.
  if (characterSets === undefined || !/[\x1b\x80-\xff]/.test(latin1)) return latin1;
  const labels = characterSets.split('\\').flatMap((term) => decoders[term.trim().replace(/^ISO 2022 IR/, 'ISO_IR')] ?? []);
  const several = labels.filter((name) => !name.startsWith('iso-8859') && name !== 'latin1');
  const label = several.find((name) => name === 'iso-2022-jp') ?? several[0] ?? labels[0];
  if (label === undefined || label === 'latin1') return latin1;
  if (label === 'iso-2022-jp') return new TextDecoder(label).decode(Buffer.from(latin1.replace(katakana, escapeKatakana), 'latin1'));
  return new TextDecoder(label).decode(Buffer.from(latin1.replace(designations, ''), 'latin1'));
}
