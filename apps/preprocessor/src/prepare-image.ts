import type { CatalogueReader } from '@mammoline/catalogue';
import type { ImageCatalogued } from '@mammoline/contracts';
import { preparationRecipe, recipeHash } from '@mammoline/imaging';
import { done, skip, type Stage, type StageContext } from '@mammoline/service';
import type { Uuid } from '@mammoline/kernel';
import { nameFileAtFault } from './name-file-at-fault.ts';
import { prepareView, type PrepareViewPorts } from './prepare-view.ts';

export interface PrepareImagePorts extends PrepareViewPorts {
  readonly catalogue: PrepareViewPorts['catalogue'] & Pick<CatalogueReader, 'image'>;
}

/** image.catalogued -> view.prepared for a mammogram; a crop is prepared and kept, which no event tells of; masks come merged. */
export const prepareImage: Stage<ImageCatalogued, PrepareImagePorts> = async (event, ports, context) => {
  if (event.imageKind === 'MASK') return skip('masks come merged');
  if (event.imageKind === 'CROP' && event.imageId !== undefined) return prepareCropImage(event.imageId, ports, context);
  return prepareView(event, ports, context);
};

async function prepareCropImage(imageId: Uuid, { catalogue, blobs, pixels }: PrepareImagePorts, { signal }: StageContext) {
  const image = await catalogue.image(imageId);
  if (image?.kind !== 'CROP') return skip('no crop any more');
  const recipe = preparationRecipe;
  const { imagePng } = await nameFileAtFault(image, async () =>
    pixels.run('crop', async () => ({ dicom: await blobs.get(image.blob, signal), recipe }), signal),
  );
  const blob = await blobs.put(imagePng, signal);
  return done({ write: (tx) => tx.savePreparedCrop(imageId, recipeHash(recipe), blob) });
}
