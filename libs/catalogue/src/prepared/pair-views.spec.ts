import { parseCaseName, sha256Of } from '@mammoline/kernel';
import { expect, test } from 'vitest';
import type { PreparedViewRecord } from '../records.ts';
import { pairViews } from './pair-views.ts';
import { hasPicture, pictureOf } from './picture-of.ts';

const blob = (name: string) => ({ sha256: sha256Of(name), sizeBytes: 1, uri: `cas:${name}` });

function prepared(caseName: string, geometry: unknown, hasMask = true): PreparedViewRecord {
  const known: Partial<PreparedViewRecord> = {
    view: parseCaseName(caseName) ?? expect.unreachable(),
    geometry,
    image: blob(`image of ${caseName}`),
    plain: blob(`plain image of ${caseName}`),
    mask: hasMask ? blob(`mask of ${caseName}`) : undefined,
  };
  return known as PreparedViewRecord;
}

test('a mammogram of both kinds is one pair with both masks, where the preparations lie on each other', () => {
  const mass = prepared('Mass-Training_P_00001_LEFT_CC', { side: 1 });
  const calcification = prepared('Calc-Training_P_00001_LEFT_CC', { side: 1 });
  const elsewhere = prepared('Calc-Training_P_00002_LEFT_CC', { side: 1 });
  expect(pairViews([mass, calcification, elsewhere])).toEqual([
    { image: mass.image, plain: mass.plain, masks: [mass.mask, calcification.mask] },
    { image: elsewhere.image, plain: elsewhere.plain, masks: [elsewhere.mask] },
  ]);
  expect(pairViews([mass, prepared('Calc-Training_P_00001_LEFT_CC', { side: 2 })])).toHaveLength(2);
  expect(pairViews([prepared('Mass-Training_P_00003_LEFT_CC', {}, false)])).toEqual([]);
});

test('a network sees the picture that it learns from, and is told where an older version made none', () => {
  const view = prepared('Mass-Training_P_00001_LEFT_CC', {});
  expect([pictureOf(view, 'equalised'), pictureOf(view, 'plain')]).toEqual([view.image, view.plain]);
  const older = { ...view, plain: undefined };
  expect(pictureOf(older, 'equalised')).toEqual(view.image);
  expect([hasPicture(view, 'plain'), hasPicture(older, 'plain'), hasPicture(older, 'equalised')]).toEqual([true, false, true]);
  expect(() => pictureOf(older, 'plain')).toThrow(/an older version prepared .*cas:image of Mass-Training_P_00001_LEFT_CC/);
});
