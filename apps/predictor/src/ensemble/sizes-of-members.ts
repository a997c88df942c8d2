import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import { z } from 'zod';

/** A training run's options. Runs of before there was a choice looked once. */
const options = z.object({ looks: z.object({ sizes: z.array(z.number()) }).default({ sizes: [1] }) });

/** The sizes in which the members look by themselves, as shares of their sides: all that any of them has, as its recipe says. */
export async function sizesOfMembers(
  members: readonly Pick<ModelVersionRecord, 'runId'>[],
  catalogue: Pick<CatalogueReader, 'trainingRun'>,
): Promise<readonly number[]> {
  const sizes = new Set<number>();
  for (const { runId } of members) {
    const run = await catalogue.trainingRun(runId);
    for (const size of options.parse(run?.options ?? {}).looks.sizes) sizes.add(size);
  }
  return [...sizes];
}
