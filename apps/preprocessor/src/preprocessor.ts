import { imageCatalogued, maskMerged } from '@mammoline/contracts';
import type { PixelWorkers } from '@mammoline/preparation';
import { bindStage, type ServiceDefinition } from '@mammoline/service';
import { z } from 'zod';
import { prepareImage } from './prepare-image.ts';
import { prepareView } from './prepare-view.ts';

/** Mammograms, crops and merged masks as networks get them. Takes no more events than its threads have work for; the others stay with the transport. */
export function preprocessor(openPixels: () => PixelWorkers): ServiceDefinition<unknown> {
  return {
    name: 'preprocessor',
    config: z.object({}),
    open: async ({ catalogue, blobs }) => {
      const pixels = openPixels();
      const ports = { catalogue, blobs, pixels };
      const concurrency = pixels.atOnce;
      return {
        stages: [
          bindStage({ name: 'preprocessor', on: imageCatalogued, stage: prepareImage, ports, concurrency }),
          bindStage({ name: 'preprocessor.masks', on: maskMerged, stage: prepareView, ports, concurrency }),
        ],
        close: () => pixels.close(),
      };
    },
  };
}
