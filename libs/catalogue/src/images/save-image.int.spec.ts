import fc from 'fast-check';
import { createTestDatabase } from '@mammoline/testing';
import { describe, expect, it } from 'vitest';
import { openCatalogue } from '../open-catalogue.ts';
import type { Catalogue, NewImage } from '../index.ts';
import { caseOf, newImage, unknownImage, useCatalogue } from '../spec-fixtures.ts';

const allRows = { pageSize: 1000, pageToken: undefined };

/** Everything that a set of images leaves, as one value. */
async function contentsOf(catalogue: Catalogue): Promise<unknown> {
  const images = await catalogue.listImages(allRows);
  const views = await catalogue.listViews({}, allRows);
  return { images, views, patients: await catalogue.listPatients(allRows), counts: await catalogue.counts() };
}

describe('saveImage', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const save = (image: NewImage) => catalogue().transaction((tx) => tx.saveImage(image));

  it('makes the patient, the view and the abnormality that a mask names, and reads back what was saved', async () => {
    const mask = newImage('Mass-Training_P_00001_LEFT_CC', 'MASK', 2);
    const { image, isNew, sameName } = await save(mask);
    expect(isNew).toBe(true);
    expect(sameName).toEqual([]);
    expect(image).toEqual({ ...mask, id: image.id, variant: 1 });
    expect(await catalogue().image(image.id)).toEqual(image);
    expect(await catalogue().imageBySha256(mask.blob.sha256)).toEqual(image);
    const view = await catalogue().view(caseOf('Mass-Training_P_00001_LEFT_CC').view);
    expect(view?.revision).toBe(1);
    expect(view?.images).toEqual([image]);
    expect(view?.abnormalities).toMatchObject([{ kind: 'MASS', number: 2, officialSplit: 'TRAINING', inTables: false }]);
  });

  it('changes nothing on a repeat', async () => {
    const full = newImage('Mass-Training_P_00002_LEFT_CC', 'FULL');
    const first = await save(full);
    const before = await contentsOf(catalogue());
    expect(await save(full)).toEqual({ ...first, isNew: false });
    expect(await contentsOf(catalogue())).toEqual(before);
  });

  it('keeps an UNKNOWN without a view, and places it once it has a case', async () => {
    const unknown = unknownImage('riddle.dcm');
    const kept = await save(unknown);
    expect(kept.image).toMatchObject({ kind: 'UNKNOWN', case: undefined, variant: 1 });
    const placed = await save({ ...newImage('Calc-Test_P_00003_RIGHT_MLO', 'CROP', 1), blob: unknown.blob });
    expect(placed).toMatchObject({ isNew: true, image: { id: kept.image.id, kind: 'CROP', abnormalityNumber: 1 } });
    expect((await catalogue().view(caseOf('Calc-Test_P_00003_RIGHT_MLO').view))?.revision).toBe(1);
    expect((await save(unknown)).image.kind).toBe('CROP');
  });

  it('numbers different files of one name by source path, and says which they are', async () => {
    const at = (path: string) => newImage('Mass-Test_P_00004_LEFT_CC', 'MASK', 1, path);
    await save(at('b.dcm'));
    // Code points, not a locale's alphabet: capitals come first.
    const { image, sameName } = await save(at('C.dcm'));
    expect(image).toMatchObject({ sourcePath: 'C.dcm', variant: 1 });
    expect(sameName).toMatchObject([{ sourcePath: 'b.dcm', variant: 2 }]);
  });

  it('refuses a mask without a case as a bug of the caller', async () => {
    await expect(save({ ...unknownImage('x.dcm'), kind: 'MASK' })).rejects.toMatchObject({ kind: 'bug' });
  });

  it('leaves the same rows whatever the order of the images and however many come at once', async () => {
    const images = ['Mass-Training_P_00010_LEFT_CC', 'Mass-Test_P_00010_LEFT_CC', 'Calc-Training_P_00010_LEFT_CC'].flatMap((name) => [
      newImage(name, 'FULL'),
      newImage(name, 'CROP', 1),
      newImage(name, 'MASK', 1, `${name}/2.dcm`),
      newImage(name, 'MASK', 1, `${name}/1.dcm`),
      newImage(name, 'MASK', 2),
    ]);
    let expected: unknown;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(images, { minLength: images.length }), fc.boolean(), async (shuffled, atOnce) => {
        const database = await createTestDatabase();
        const fresh = await openCatalogue({ url: database.url });
        try {
          const saveFresh = (image: NewImage) => fresh.transaction((tx) => tx.saveImage(image));
          // A content in two imports at once, too.
          if (atOnce) await Promise.all([...shuffled, ...shuffled.slice(0, 4)].map(saveFresh));
          else for (const image of shuffled) await saveFresh(image);
          const contents = await contentsOf(fresh);
          expected ??= contents;
          expect(contents).toEqual(expected);
        } finally {
          await fresh.close();
          await database.drop();
        }
      }),
      { numRuns: 5, seed: 11, interruptAfterTimeLimit: 60_000 },
    );
    expect(expected).toMatchObject({ counts: { full: 3, crop: 3, mask: 9, views: 1, abnormalities: 4 } });
  });
});
