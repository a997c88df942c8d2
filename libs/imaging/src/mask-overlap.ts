import { bug } from '@mammoline/kernel';
import type { Mask } from './raster.ts';

export interface MaskOverlap {
  /** 2 |A and B| / (|A| + |B|); two empty masks agree: 1. */
  readonly dice: number;
  /** |A and B| / |A or B|; two empty masks agree: 1. */
  readonly iou: number;
  readonly intersectionPx: number;
}

/** How well two masks of one size agree. */
export function maskOverlap(a: Mask, b: Mask): MaskOverlap {
  if (a.rows !== b.rows || a.columns !== b.columns) {
    throw bug(`overlap of masks: found ${a.rows} x ${a.columns} and ${b.rows} x ${b.columns}, expected one size`);
  }
  let intersectionPx = 0;
  let sumPx = 0;
  for (let index = 0; index < a.data.length; index += 1) {
    const inA = a.data[index] ?? 0;
    const inB = b.data[index] ?? 0;
    intersectionPx += inA & inB;
    sumPx += inA + inB;
  }
  if (sumPx === 0) return { dice: 1, iou: 1, intersectionPx };
  return { dice: (2 * intersectionPx) / sumPx, iou: intersectionPx / (sumPx - intersectionPx), intersectionPx };
}
