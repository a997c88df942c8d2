import type { BlobStore } from '@mammoline/blobs';
import type { ModelVersionRecord } from '@mammoline/catalogue';
import type { Uuid } from '@mammoline/kernel';
import { looksOnce, openEnsemble, parseEnsemble, type Engine, type Segmenter } from '@mammoline/segmentation';

/** What is read of a version to load it. */
export type LoadedVersion = Pick<ModelVersionRecord, 'id' | 'weights' | 'memberIds' | 'threshold'>;

/** The networks of the model versions that were asked for last, loaded. */
export interface Segmenters {
  /**
   * Lends the network of a model version, loading it first where it is not loaded.
   * @throws Failure unavailable where the weights or the engine can't be had now; invalid where the weights are gone or damaged
   */
  withModel<T>(model: LoadedVersion, use: (segmenter: Segmenter) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Entry {
  readonly segmenter: Promise<Segmenter>;
  borrowers: number;
}

/** A newly published one and the one before, whose views may still be in the queue. */
const keptModels = 2;

/** @param openEngine called once, when the first network is needed: TensorFlow takes a second and a gigabyte */
export function openSegmenters(openEngine: () => Promise<Engine>, blobs: Pick<BlobStore, 'get'>): Segmenters {
  let engine: Promise<Engine> | undefined;
  /** In the order of use, the latest last. */
  const entries = new Map<Uuid, Entry>();

  const getEngine = (): Promise<Engine> => {
    engine ??= openEngine().catch((error: unknown) => {
      engine = undefined;
      throw error;
    });
    return engine;
  };
  const load = async ({ weights, memberIds, threshold }: LoadedVersion): Promise<Segmenter> => {
    const own = await getEngine();
    const bytes = await blobs.get(weights);
    if (memberIds.length === 0) {
      const network = await own.load(bytes);
      return looksOnce(network.looks) ? network : openEnsemble([network], network.looks, threshold);
    }
    const { members, ...looks } = parseEnsemble(bytes);
    const loaded: Segmenter[] = [];
    try {
      for (const member of members) loaded.push(await own.load(await blobs.get(member.weights)));
      return openEnsemble(loaded, looks, threshold);
    } catch (error) {
      for (const member of loaded) member.dispose();
      throw error;
    }
  };

  const dropSurplus = (kept: number): void => {
    for (const [id, entry] of entries) {
      if (entries.size <= kept) return;
      if (entry.borrowers > 0) continue;
      entries.delete(id);
      // One that could not be loaded has nothing to dispose of; its borrower has heard why.
      entry.segmenter.then(
        (segmenter) => {
          segmenter.dispose();
        },
        () => undefined,
      );
    }
  };

  return {
    withModel: async (model, use) => {
      const entry = entries.get(model.id) ?? { segmenter: load(model), borrowers: 0 };
      entries.delete(model.id);
      entries.set(model.id, entry);
      entry.borrowers += 1;
      let isLoaded = false;
      try {
        const segmenter = await entry.segmenter;
        isLoaded = true;
        return await use(segmenter);
      } finally {
        entry.borrowers -= 1;
        if (!isLoaded && entries.get(model.id) === entry) entries.delete(model.id);
        dropSurplus(keptModels);
      }
    },
    close: async () => {
      dropSurplus(0);
      await Promise.allSettled([...entries.values()].map(({ segmenter }) => segmenter));
    },
  };
}
