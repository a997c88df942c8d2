import { hasPicture, type CatalogueReader, type PreparedViewRecord } from '@mammoline/catalogue';
import { invalid, viewKey } from '@mammoline/kernel';
import type { Recipe } from '@mammoline/segmentation';

/**
 * The views that have the picture which a recipe learns from. Those that an older version prepared get it from the preprocessor after its start; what it has given up is left out.
 * @throws Failure invalid where some are still on their way, or none is left
 */
export async function leaveOutOlder(
  prepared: readonly PreparedViewRecord[],
  { picture }: Pick<Recipe, 'picture'>,
  catalogue: Pick<CatalogueReader, 'deadLetterKeys'>,
): Promise<readonly PreparedViewRecord[]> {
  const older = prepared.filter((view) => !hasPicture(view, picture));
  if (older.length === 0) return prepared;
  const givenUp = await catalogue.deadLetterKeys('preprocessor');
  const awaited = older.filter(({ view }) => !givenUp.has(viewKey(view)));
  if (awaited.length > 0) {
    throw invalid(
      `found ${String(awaited.length)} of ${String(prepared.length)} views without a picture of before the contrast was evened out, which this recipe learns from: an older version prepared them; ` +
        'expected all of them to have one. The preprocessor prepares them again after its start: wait until `mammoline status` has nothing waiting',
      { field: 'recipe' },
    );
  }
  if (older.length === prepared.length) {
    throw invalid(
      `found ${String(prepared.length)} views that an older version prepared, without a picture of before the contrast was evened out, which this recipe learns from; ` +
        'expected some of them to have one. The preprocessor could prepare none of them again: `mammoline dead-letters` names the files to mend',
      { field: 'recipe' },
    );
  }
  return prepared.filter((view) => hasPicture(view, picture));
}
