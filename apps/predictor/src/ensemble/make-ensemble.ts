import type { BlobStore } from '@mammoline/blobs';
import type { CatalogueReader } from '@mammoline/catalogue';
import { modelPublished, outgoing, type modelsV1 } from '@mammoline/contracts';
import { deriveUuid, type Uuid } from '@mammoline/kernel';
import { serializeEnsemble } from '@mammoline/segmentation';
import type { Runtime } from '@mammoline/service';
import { chooseMembers } from './choose-members.ts';
import { judgeValidation, type JudgeValidationPorts } from './judge-validation.ts';
import { requireLooks } from './require-looks.ts';
import { sizesOfMembers } from './sizes-of-members.ts';
import { splitOfMembers } from './split-of-members.ts';

export interface MakeEnsemblePorts extends JudgeValidationPorts {
  readonly catalogue: Pick<CatalogueReader, 'model' | 'modelOfAlias' | 'split' | 'listViews' | 'trainingRun'>;
  readonly blobs: Pick<BlobStore, 'get' | 'put'>;
  readonly commit: Runtime['commit'];
}

/**
 * Makes a version of other versions and publishes it. Its id derives from the members and how they look, so a repeated call gives the version that is there.
 * @param tell how many validation mammograms of how many are done
 * @throws Failure invalid for members that make no ensemble; ServerError NOT_FOUND
 */
export async function makeEnsemble(
  request: modelsV1.MakeEnsembleRequest,
  ports: MakeEnsemblePorts,
  tell: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<Uuid> {
  const { catalogue, blobs, commit } = ports;
  const members = await chooseMembers(request.modelVersionIds, catalogue);
  const looks = requireLooks(request, await sizesOfMembers(members, catalogue));
  const [{ model: first }] = members;
  const file = { ...looks, members: members.map(({ model: { id, weights } }) => ({ id, weights })) };
  const weights = await blobs.put(serializeEnsemble(file), signal);
  const id = deriveUuid('ensemble', weights.sha256);
  if ((await catalogue.model(id)) !== undefined) return id;

  const memberIds = file.members.map((member) => member.id);
  const loaded = { id, weights, memberIds, threshold: first.threshold };
  const { dice, iou, views, ...point } = await judgeValidation(loaded, members, ports, tell, signal);
  const split = splitOfMembers(
    members.map((member) => member.split),
    first.abnormalityKind,
  );
  const runId = deriveUuid('ensemble run', weights.sha256);
  const distinct = (values: readonly string[]): string => [...new Set(values)].sort().join(', ');
  await commit(`ensemble ${id}`, {
    write: async (tx) => {
      await tx.saveSplit(split);
      await tx.insertTrainingRun({
        id: runId,
        options: { epochs: 0, ...looks, members: memberIds, validationViews: views, validationIou: iou },
        splitHash: split.hash,
      });
      // Nobody else sees it queued: it is made and ended in one transaction.
      await tx.updateTrainingRun(runId, { state: 'SUCCEEDED' });
      await tx.insertModelVersion({
        id,
        runId,
        network: distinct(members.map(({ model }) => model.network)),
        imageSize: Math.max(...members.map(({ model }) => model.imageSize)),
        abnormalityKind: first.abnormalityKind,
        parameters: members.reduce((sum, { model }) => sum + model.parameters, 0),
        backend: distinct(members.map(({ model }) => model.backend)),
        weights,
        splitHash: split.hash,
        recipeHash: weights.sha256,
        bestEpoch: 0,
        validationDice: dice,
        memberIds,
        ...point,
      });
    },
    emit: () => [outgoing(modelPublished, { modelVersionId: id, runId })],
  });
  return id;
}
