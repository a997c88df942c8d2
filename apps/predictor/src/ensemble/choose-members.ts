import type { CatalogueReader } from '@mammoline/catalogue';
import { invalid } from '@mammoline/kernel';
import { readModelWithSplit, type ModelWithSplit } from '../evaluate/read-model-with-split.ts';

const mostMembers = 20;

/**
 * The versions that an ensemble is asked of, in the order of their ids.
 * @throws Failure invalid for versions that are ensembles, or whose maps can't be averaged; ServerError NOT_FOUND
 */
export async function chooseMembers(
  references: readonly string[],
  catalogue: Pick<CatalogueReader, 'model' | 'modelOfAlias' | 'split'>,
): Promise<readonly [ModelWithSplit, ...ModelWithSplit[]]> {
  if (references.length > mostMembers) refuse(`${String(references.length)} members`, `at most ${String(mostMembers)}`);
  const found = new Map<string, ModelWithSplit>();
  for (const reference of references) {
    const member = await readModelWithSplit(reference, catalogue, field);
    found.set(member.model.id, member);
  }
  const [first, ...others] = [...found.values()].toSorted((a, b) => (a.model.id < b.model.id ? -1 : 1));
  if (first === undefined) return refuse('no members', 'the ids or aliases of model versions');
  if (found.size < references.length) refuse('a model version twice', 'each once: weights of their own are not to be had by repeating one');
  for (const { model } of found.values()) {
    if (model.memberIds.length > 0) refuse(`${model.id}, an ensemble`, 'single networks: name its members');
    if (model.abnormalityKind !== first.model.abnormalityKind) refuse('networks of different kinds of abnormality', 'one kind');
  }
  return [first, ...others];
}

const field = 'model_version_ids';

function refuse(found: string, expected: string): never {
  throw invalid(`${field}: found ${found}, expected ${expected}`, { field });
}
