import type { CatalogueReader } from '@mammoline/catalogue';
import { imageCatalogued, outgoing } from '@mammoline/contracts';
import { preparationRecipe, recipeHash } from '@mammoline/imaging';
import type { Uuid } from '@mammoline/kernel';
import type { Runtime } from '@mammoline/service';

/**
 * Announces the views that another recipe prepared, that of an older version, so that the stage prepares them anew. The announcement of a view, as it is
 * prepared, has one id in each round: asked again at a restart it is sent once, and a view that can't be prepared anew is one dead letter however often the stage starts.
 * @returns how many views
 */
export async function askForNewPreparation(
  { catalogue, commit }: Pick<Runtime, 'commit'> & { readonly catalogue: Pick<CatalogueReader, 'preparedOtherwise'> },
  round: number,
  signal: AbortSignal,
  atOnce = 500,
): Promise<number> {
  const hash = recipeHash(preparationRecipe);
  let asked = 0;
  let after: Uuid | undefined;
  for (;;) {
    const views = await catalogue.preparedOtherwise(hash, after, atOnce);
    if (views.length === 0) return asked;
    for (const { id, revision, view, abnormalityKind } of views) {
      signal.throwIfAborted();
      await commit(`prepare by ${hash}, round ${String(round)}: ${id} of revision ${String(revision)}`, {
        write: () => Promise.resolve(),
        emit: () => [outgoing(imageCatalogued, { view, abnormalityKind, imageKind: undefined, imageId: undefined })],
      });
    }
    asked += views.length;
    after = views.at(-1)?.id;
  }
}
