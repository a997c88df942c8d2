import type { Mask } from '@mammoline/imaging';
import sharp from 'sharp';

/** A mask as the line stores it: 8-bit grey PNG, 255 where it is set. */
export async function readMaskPng(bytes: Uint8Array): Promise<Mask> {
  const { data, info } = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  const step = info.channels;
  const mask = new Uint8Array(info.width * info.height);
  for (let at = 0; at < mask.length; at += 1) mask[at] = (data[at * step] ?? 0) > 127 ? 1 : 0;
  return { rows: info.height, columns: info.width, data: mask };
}
