import type { CatalogueReader, NewImage, NewRepair } from '@mammoline/catalogue';
import type { ImageCatalogued, OutgoingEvent } from '@mammoline/contracts';
import { done, skip } from '@mammoline/service';
import type { Stage } from '@mammoline/service';
import { catalogued } from './catalogued.ts';
import { describeImage } from './describe-image.ts';
import type { DescribeImagePorts } from './describe-image.ts';
import { findViewRepairs } from './review/find-view-repairs.ts';
import { findWaitingImages } from './review/find-waiting-images.ts';

export interface ReviewViewPorts extends DescribeImagePorts {
  readonly catalogue: Pick<CatalogueReader, 'view' | 'tablesTaken' | 'abnormality' | 'imagesOfSeries'>;
}

/**
 * image.catalogued -> repairs, and images placed late: holds all files and table rows of a view against each other. Every change of a view, by
 * a file or by a table, is announced after it is committed, so the last review sees everything, whatever came first.
 */
export const reviewView: Stage<ImageCatalogued, ReviewViewPorts> = async (event, ports, { signal }) => {
  const { catalogue } = ports;
  const [view, tables] = await Promise.all([catalogue.view(event.view), catalogue.tablesTaken()]);
  if (view === undefined) return skip('the view is not in the catalogue');
  const repairs: NewRepair[] = [
    ...findViewRepairs({
      view,
      kind: event.abnormalityKind,
      isTabled: (ref) => tables.some((table) => table.kind === ref.kind && table.split === ref.split),
    }),
  ];
  const placed: NewImage[] = [];
  for (const waiting of await findWaitingImages(event, view, catalogue)) {
    const again = await describeImage(waiting.blob, waiting.sourcePath, ports, signal);
    if (again.image.case === undefined) continue;
    placed.push(again.image);
    repairs.push(...again.repairs);
  }
  if (repairs.length === 0 && placed.length === 0) return done({});
  return done({
    write: async (tx) => {
      await tx.expectViewRevision(event.view, view.revision);
      const events: OutgoingEvent[] = [];
      for (const image of placed) events.push(...catalogued((await tx.saveImage(image)).image));
      for (const repair of repairs) await tx.saveRepair(repair);
      return events;
    },
    emit: (events) => events,
  });
};
