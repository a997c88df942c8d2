import { expect, test } from 'vitest';
import { maskOf, tenths } from './mask.fixture.ts';
import { softIou } from './soft-iou.ts';

test('by hand', () => {
  // sum(p t) = .8 + .4 = 1.2; sum(p) + sum(t) - 1.2 = 1.5 + 2 - 1.2 = 2.3
  expect(softIou(tenths('84', '3.'), maskOf('##', '..'))).toBeCloseTo(1.2 / 2.3, 7);
});

test('of a cut mask it is the IoU, and two empty ones agree', () => {
  const cut = { rows: 1, columns: 4, data: new Float32Array([1, 1, 0, 0]) };
  expect(softIou(cut, maskOf('.##.'))).toBeCloseTo(1 / 3, 12);
  expect(softIou(tenths('....'), maskOf('....'))).toBe(1);
});
