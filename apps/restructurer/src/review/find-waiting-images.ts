import type { CatalogueReader, ImageRecord, ViewRecord } from '@mammoline/catalogue';
import type { ImageCatalogued } from '@mammoline/contracts';

/**
 * UNKNOWN images that the event may have given a place: those of the new image's series or, where table rows came, of the series that the
 * rows' paths name.
 */
export async function findWaitingImages(
  event: ImageCatalogued,
  view: ViewRecord,
  catalogue: Pick<CatalogueReader, 'imagesOfSeries'>,
): Promise<readonly ImageRecord[]> {
  const series = new Set<string>();
  if (event.imageId !== undefined) {
    const image = view.images.find(({ id }) => id === event.imageId);
    if (image !== undefined) series.add(image.header.seriesInstanceUid);
  } else {
    for (const row of view.abnormalities) {
      if (row.kind !== event.abnormalityKind) continue;
      for (const path of [row.fullPath, row.cropPath, row.maskPath]) {
        const uid = path?.split('/').at(-2);
        if (uid !== undefined) series.add(uid);
      }
    }
  }
  series.delete('');
  const found = await Promise.all([...series].map((uid) => catalogue.imagesOfSeries(uid)));
  return found.flat().filter((image) => image.kind === 'UNKNOWN');
}
