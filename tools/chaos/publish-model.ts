import { openBlobStore } from '@mammoline/blobs';
import { openCatalogue } from '@mammoline/catalogue';
import { modelPublished, outgoing } from '@mammoline/contracts';
import { preparationRecipe, recipeHash } from '@mammoline/imaging';
import { deriveUuid, sha256Of } from '@mammoline/kernel';
import { countParameters, createNetwork, openBackend, readWeights, serializeWeights } from '@mammoline/segmentation';

const imageSize = 64;
const threshold = 0.5;

export interface ChaosModel {
  readonly bytes: Uint8Array;
  readonly parameters: number;
}

/** A network as it is before its first step: what it sees is nonsense, and the same each time. */
export async function makeModel(): Promise<ChaosModel> {
  const network = createNetwork(await openBackend('auto'), 'unet-compact', { seed: 1 });
  const bytes = serializeWeights({ network: network.name, imageSize, threshold, weights: await readWeights(network) });
  return { bytes, parameters: countParameters(network) };
}

/** Publishes the model as the trainer does, so that every view that is prepared from now on is predicted. Ids are the same each time. */
export async function publishModel({ bytes, parameters }: ChaosModel, databaseUrl: string, blobsUrl: string): Promise<void> {
  const weights = await (await openBlobStore(blobsUrl)).put(bytes);
  const catalogue = await openCatalogue({ url: databaseUrl });
  const [id, runId, splitHash] = [deriveUuid('chaos model'), deriveUuid('chaos run'), sha256Of('chaos split')];
  const event = outgoing(modelPublished, { modelVersionId: id, runId });
  try {
    await catalogue.transaction(async (tx) => {
      await tx.saveSplit({ hash: splitHash, kind: 'patient', seed: 1, abnormalityKind: undefined, training: [], validation: [], test: [] });
      await tx.insertTrainingRun({ id: runId, options: {}, splitHash });
      await tx.updateTrainingRun(runId, { state: 'SUCCEEDED' });
      await tx.insertModelVersion({
        id,
        runId,
        network: 'unet-compact',
        imageSize,
        abnormalityKind: undefined,
        parameters,
        backend: 'none',
        weights,
        splitHash,
        recipeHash: recipeHash(preparationRecipe),
        bestEpoch: 1,
        validationDice: 0,
        threshold,
        smallestAreaShare: 0,
      });
      await tx.appendOutbox([{ id: deriveUuid('chaos model published'), source: '/mammoline/chaos', traceparent: undefined, ...event }]);
    });
  } finally {
    await catalogue.close();
  }
}
