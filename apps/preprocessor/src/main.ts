import { availableParallelism } from 'node:os';
import { imageCatalogued, maskMerged } from '@mammoline/contracts';
import { dicomLimitVariables, toDicomLimits } from '@mammoline/dicom';
import { bindStage, runService } from '@mammoline/service';
import { openPixelWorkers } from './pixels/open-pixel-workers.ts';
import { prepareImage } from './prepare-image.ts';
import { prepareView } from './prepare-view.ts';

/** Preparations at once: one a core, each in a thread of its own that takes up to 200 MB. No more events are taken meanwhile. */
const concurrency = availableParallelism();

await runService({
  name: 'preprocessor',
  config: dicomLimitVariables,
  open: ({ catalogue, blobs }, variables) => {
    const pixels = openPixelWorkers(concurrency, toDicomLimits(variables));
    const ports = { catalogue, blobs, pixels };
    return Promise.resolve({
      stages: [
        bindStage({ name: 'preprocessor', on: imageCatalogued, stage: prepareImage, ports, concurrency }),
        bindStage({ name: 'preprocessor.masks', on: maskMerged, stage: prepareView, ports, concurrency }),
      ],
      close: () => pixels.close(),
    });
  },
});
