import { bitMaskWords } from '../bit-mask.ts';

/** Bytes that preparing an image of the given size takes: its 16 bits, its 8 bits, those of a part of it, its mask, tables. */
export function roomFor({ rows, columns }: { readonly rows: number; readonly columns: number }): number {
  const tables = 1 << 20;
  return 4 * rows * columns + 4 * bitMaskWords(rows, columns).words + 64 * (rows + columns) + tables;
}
