import type { CatalogueReader } from '@mammoline/catalogue';
import { recipeSchema } from '@mammoline/segmentation';
import type { ModelWithSplit } from '../evaluate/read-model-with-split.ts';

/** Of a training run's options. */
const ownLooks = recipeSchema.pick({ looks: true });

/** The sizes in which the members look by themselves, as shares of their sides: all that any of them has, as its recipe says. */
export async function sizesOfMembers(
  members: readonly Pick<ModelWithSplit, 'model'>[],
  catalogue: Pick<CatalogueReader, 'trainingRun'>,
): Promise<readonly number[]> {
  const sizes = new Set<number>();
  for (const { model } of members) {
    const run = await catalogue.trainingRun(model.runId);
    for (const size of ownLooks.parse(run?.options ?? {}).looks.sizes) sizes.add(size);
  }
  return [...sizes];
}
