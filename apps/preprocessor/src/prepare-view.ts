import type { BlobStore } from '@mammoline/blobs';
import type { CatalogueReader, ImageRecord, PreparationInputs } from '@mammoline/catalogue';
import { outgoing, viewPrepared, type BlobRef } from '@mammoline/contracts';
import { parseGeometry, preparationRecipe, recipeHash, type BreastTraits, type Geometry, type PreparationRecipe } from '@mammoline/imaging';
import { sha256Of, stableJson, type AbnormalityKind, type Sha256, type ViewRef } from '@mammoline/kernel';
import type { PixelWorkers } from '@mammoline/preparation';
import { done, skip, type InputMetrics, type Stage } from '@mammoline/service';
import { nameFileAtFault } from './name-file-at-fault.ts';

export interface PrepareViewPorts {
  readonly catalogue: Pick<CatalogueReader, 'preparationInputs'>;
  readonly blobs: Pick<BlobStore, 'get' | 'put'>;
  readonly pixels: Pick<PixelWorkers, 'run'>;
  /** Sees each mammogram that is prepared. */
  readonly inputs: InputMetrics;
}

/**
 * image.catalogued (a mammogram, or rows of tables) and mask.merged -> view.prepared: the mammogram, and its merged mask where there is one, as
 * networks get them. Does not wait for masks, since promised ones may never come and the mammogram can be predicted without; when they are merged
 * the pair is a new revision, for which the mammogram is not computed again.
 */
export const prepareView: Stage<{ readonly view: ViewRef; readonly abnormalityKind: AbnormalityKind }, PrepareViewPorts> = async (
  { view, abnormalityKind },
  { catalogue, blobs, pixels, inputs: seen },
  { signal },
) => {
  const inputs = await catalogue.preparationInputs(view, abnormalityKind);
  if (inputs?.full === undefined) return skip('waiting for the mammogram');
  const { full, merged, prepared } = inputs;
  if (full.case === undefined) return skip('the mammogram has no case any more');
  const { split } = full.case;
  const recipe = preparationRecipe;
  const inputsHash = hashInputs(full, merged?.blob, recipe);
  if (prepared?.inputsHash === inputsHash) return skip('already prepared');

  const { breast, ...made } = await nameFileAtFault(full, () => prepare(inputs, full, recipe, { blobs, pixels }, signal));
  if (breast !== undefined) {
    const { areaShare: breastAreaShare, meanIntensity } = breast;
    const { breastDensity } = inputs;
    seen.observe({ ...view, breastDensity, breastAreaShare, meanIntensity });
  }
  return done({
    write: async (tx) => {
      await tx.expectViewRevision(view, inputs.viewRevision);
      return tx.savePreparedView({ view, abnormalityKind, officialSplit: split, inputsHash, recipeHash: recipeHash(recipe), ...made });
    },
    emit: ({ id, revision }) => [
      outgoing(viewPrepared, { view, abnormalityKind, preparedViewId: id, revision, hasMask: made.mask !== undefined }),
    ],
  });
};

interface PreparedPair {
  readonly image: BlobRef;
  readonly plain: BlobRef | undefined;
  readonly mask: BlobRef | undefined;
  readonly geometry: Geometry;
  /** Undefined where the mammogram was prepared before. */
  readonly breast: BreastTraits | undefined;
}

async function prepare(
  { merged, prepared }: PreparationInputs,
  full: ImageRecord,
  recipe: PreparationRecipe,
  { blobs, pixels }: Pick<PrepareViewPorts, 'blobs' | 'pixels'>,
  signal: AbortSignal,
): Promise<PreparedPair> {
  if (merged !== undefined && prepared?.inputsHash === hashInputs(full, undefined, recipe)) {
    const geometry = parseGeometry(prepared.geometry);
    const made = await pixels.run('mask', async () => ({ maskPng: await blobs.get(merged.blob, signal), geometry }), signal);
    return { image: prepared.image, plain: prepared.plain, mask: await blobs.put(made.maskPng, signal), geometry, breast: undefined };
  }
  const load = async () => ({
    dicom: await blobs.get(full.blob, signal),
    maskPng: merged === undefined ? undefined : await blobs.get(merged.blob, signal),
    recipe,
  });
  const made = await pixels.run('mammogram', load, signal);
  return {
    image: await blobs.put(made.imagePng, signal),
    plain: await blobs.put(made.plainPng, signal),
    mask: made.maskPng === undefined ? undefined : await blobs.put(made.maskPng, signal),
    geometry: made.geometry,
    breast: made.breast,
  };
}

/** Of all that the prepared pair depends on. */
function hashInputs(full: ImageRecord, mask: BlobRef | undefined, recipe: PreparationRecipe): Sha256 {
  return sha256Of(stableJson({ full: full.blob.sha256, mask: mask?.sha256, recipe: recipeHash(recipe) }));
}
