import type { CatalogueReader } from '@mammoline/catalogue';
import { imageCatalogued, outgoing } from '@mammoline/contracts';
import { preparationRecipe, recipeHash } from '@mammoline/imaging';
import { newUuid, type Uuid } from '@mammoline/kernel';
import type { Runtime } from '@mammoline/service';

/**
 * Announces the views that another recipe prepared, that of an older version, so that the stage prepares them anew. Asked at each start: what is on its way then is announced twice, and skipped the second time.
 * @returns how many
 */
export async function askForNewPreparation(
  { catalogue, commit }: Pick<Runtime, 'commit'> & { readonly catalogue: Pick<CatalogueReader, 'preparedOtherwise'> },
  signal: AbortSignal,
  atOnce = 500,
): Promise<number> {
  const hash = recipeHash(preparationRecipe);
  let asked = 0;
  let after: Uuid | undefined;
  for (;;) {
    signal.throwIfAborted();
    const views = await catalogue.preparedOtherwise(hash, after, atOnce);
    if (views.length === 0) return asked;
    await commit(`prepare again:${newUuid()}`, {
      write: () => Promise.resolve(),
      emit: () =>
        views.map(({ view, abnormalityKind }) =>
          outgoing(imageCatalogued, { view, abnormalityKind, imageKind: undefined, imageId: undefined }),
        ),
    });
    asked += views.length;
    after = views.at(-1)?.id;
  }
}
