import { createTestDatabase } from '@mammoline/testing';
import { describe, expect, it } from 'vitest';
import type { NewImage } from '../index.ts';
import { caseOf, mergedMaskOf, newImage, preparedViewOf, tableRow, useCatalogue } from '../spec-fixtures.ts';

describe('masksOf and preparationInputs', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const save = (...images: NewImage[]) =>
    catalogue().transaction(async (tx) => {
      for (const image of images) await tx.saveImage(image);
    });

  it('know nothing of a view that is not there', async () => {
    const { view, kind } = caseOf('Mass-Test_P_99999_LEFT_CC');
    expect(await catalogue().masksOf(view, kind)).toBeUndefined();
    expect(await catalogue().preparationInputs(view, kind)).toBeUndefined();
  });

  it('expect what the tables promise, of that kind alone', async () => {
    const name = 'Mass-Training_P_00001_LEFT_CC';
    const { view, kind } = caseOf(name);
    await catalogue().transaction((tx) =>
      tx.saveTableRows([tableRow(name, 1, { breastDensity: 3 }), tableRow(name, 2), tableRow('Calc-Training_P_00001_LEFT_CC', 1)]),
    );
    await save(newImage(name, 'FULL'), newImage(name, 'MASK', 2), newImage('Calc-Training_P_00001_LEFT_CC', 'FULL'));
    expect(await catalogue().masksOf(view, kind)).toMatchObject({
      expected: 2,
      missing: 1,
      masks: [{ abnormalityNumber: 2 }],
      merged: undefined,
    });
    expect(await catalogue().preparationInputs(view, kind)).toMatchObject({
      maskPending: true,
      breastDensity: 3,
      full: { case: { kind: 'MASS' } },
    });
    // Number 3 is promised by no row: it is merged, and stands in for none that is.
    await save(newImage(name, 'MASK', 3));
    expect(await catalogue().masksOf(view, kind)).toMatchObject({ expected: 2, missing: 1 });
    await save(newImage(name, 'MASK', 1, 'z.dcm'), newImage(name, 'MASK', 1, 'a.dcm'));
    const set = await catalogue().masksOf(view, kind);
    expect(set).toMatchObject({ expected: 2, missing: 0, full: { kind: 'FULL' } });
    expect(set?.masks.map((mask) => [mask.abnormalityNumber, mask.variant])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [3, 1],
    ]);
  });

  it('expect what masks name where there is no table row', async () => {
    const name = 'Calc-Test_P_00002_RIGHT_MLO';
    const { view, kind } = caseOf(name);
    await save(newImage(name, 'CROP', 4), newImage(name, 'FULL'));
    expect(await catalogue().masksOf(view, kind)).toMatchObject({ expected: 0, missing: 0 });
    expect(await catalogue().preparationInputs(view, kind)).toMatchObject({ maskPending: false });
    await save(newImage(name, 'MASK', 1), newImage(name, 'MASK', 1, 'again.dcm'), newImage(name, 'MASK', 2));
    expect(await catalogue().masksOf(view, kind)).toMatchObject({ expected: 2, missing: 0 });
  });

  it('pend until the merged mask accounts for all masks, refused ones too, and again when a late one comes', async () => {
    const name = 'Mass-Test_P_00003_LEFT_MLO';
    const { view, kind } = caseOf(name);
    const pending = async () => (await catalogue().preparationInputs(view, kind))?.maskPending;
    await save(newImage(name, 'MASK', 1), newImage(name, 'MASK', 2));
    expect(await pending()).toBe(true);
    const merge = (taken: number, refused: number) =>
      catalogue().transaction((tx) => tx.saveMergedMask(view, mergedMaskOf(name, taken, refused)));
    expect(await merge(1, 1)).toMatchObject({ revision: 1 });
    expect(await pending()).toBe(false);
    await save(newImage(name, 'MASK', 3));
    expect(await pending()).toBe(true);
    const second = await merge(2, 1);
    expect(second.revision).toBe(2);
    expect(await catalogue().mergedMask(view, kind)).toEqual(second);
    expect(await catalogue().masksOf(view, kind)).toMatchObject({ merged: second });
    expect(await pending()).toBe(false);
  });

  it('count the view on for a merged mask, not for a prepared view', async () => {
    const name = 'Mass-Test_P_00004_LEFT_MLO';
    const { view, kind } = caseOf(name);
    const revision = async () => (await catalogue().masksOf(view, kind))?.viewRevision;
    await save(newImage(name, 'MASK', 1));
    expect(await revision()).toBe(1);
    await catalogue().transaction((tx) => tx.saveMergedMask(view, mergedMaskOf(name, 1)));
    expect(await revision()).toBe(2);
    const saved = await catalogue().transaction((tx) => tx.savePreparedView(preparedViewOf(name, true)));
    const again = await catalogue().transaction((tx) => tx.savePreparedView(preparedViewOf(name, true)));
    expect(again).toEqual({ ...saved, revision: 2 });
    expect(await revision()).toBe(2);
    expect(await catalogue().preparedViewOf(view, kind)).toEqual(again);
    expect(await catalogue().preparedView(again.id)).toEqual(again);
    expect(await catalogue().preparationInputs(view, kind)).toMatchObject({ prepared: again });
  });

  it('list the prepared views with a mask, by view', async () => {
    const names = ['Mass-Test_P_00006_RIGHT_CC', 'Mass-Test_P_00006_LEFT_MLO', 'Calc-Test_P_00005_LEFT_CC'];
    for (const name of names) {
      await save(newImage(name, 'FULL'));
      await catalogue().transaction((tx) => tx.savePreparedView(preparedViewOf(name, name !== 'Mass-Test_P_00006_RIGHT_CC')));
    }
    const all = await catalogue().preparedViews(undefined);
    expect(all.map(({ view: { patient, laterality, position } }) => `${patient}_${laterality}_${position}`)).toEqual([
      'P_00004_LEFT_MLO',
      'P_00005_LEFT_CC',
      'P_00006_LEFT_MLO',
    ]);
    expect(await catalogue().preparedViews('CALCIFICATION')).toHaveLength(1);
  });
});

describe('expectViewRevision', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const name = 'Mass-Training_P_00001_LEFT_CC';
  const { view } = caseOf(name);

  it('lets one of two results from the same revision through', async () => {
    await catalogue().transaction((tx) => tx.saveImage(newImage(name, 'MASK', 1)));
    const write = () =>
      catalogue().transaction(async (tx) => {
        await tx.expectViewRevision(view, 1);
        return await tx.saveMergedMask(view, mergedMaskOf(name, 1));
      });
    const results = await Promise.allSettled([write(), write()]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ kind: 'conflict' });
    expect(await catalogue().mergedMask(view, 'MASS')).toMatchObject({ revision: 1 });
  });

  it('is a conflict for a view that is not there', async () => {
    const missing = caseOf('Mass-Training_P_99999_LEFT_CC').view;
    await expect(catalogue().transaction((tx) => tx.expectViewRevision(missing, 1))).rejects.toMatchObject({ kind: 'conflict' });
  });
});
