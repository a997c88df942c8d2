import { imageCatalogued, maskMerged } from '@mammoline/contracts';
import { dicomLimitVariables, toDicomLimits, type DicomLimits } from '@mammoline/dicom';
import { sleep } from '@mammoline/kernel';
import type { PixelWorkers } from '@mammoline/preparation';
import { bindStage, createInputMetrics, type ServiceDefinition } from '@mammoline/service';
import type { z } from 'zod';
import { askForNewPreparation } from './ask-for-new-preparation.ts';
import { prepareImage } from './prepare-image.ts';
import { prepareView } from './prepare-view.ts';

/** At the start; and once more when the old pods of a rolling upgrade are gone, to whom some of what was asked for may have come, and for whom it was prepared already. */
const askAfterMs = [0, 600_000];

/** Mammograms, crops and merged masks as networks get them. Takes no more events than its threads have work for; the others stay with the transport. */
export function preprocessor(openPixels: (limits: DicomLimits) => PixelWorkers): ServiceDefinition<z.infer<typeof dicomLimitVariables>> {
  return {
    name: 'preprocessor',
    config: dicomLimitVariables,
    open: async (runtime, variables) => {
      const { catalogue, blobs, metrics, log } = runtime;
      const pixels = openPixels(toDicomLimits(variables));
      const ports = { catalogue, blobs, pixels, inputs: createInputMetrics(metrics) };
      const concurrency = pixels.atOnce;
      return {
        stages: [
          bindStage({ name: 'preprocessor', on: imageCatalogued, stage: prepareImage, ports, concurrency }),
          bindStage({ name: 'preprocessor.masks', on: maskMerged, stage: prepareView, ports, concurrency }),
        ],
        workers: [
          {
            name: 'new preparation',
            run: async (signal) => {
              for (const [round, delayMs] of askAfterMs.entries()) {
                await sleep(delayMs, signal);
                const views = await askForNewPreparation(runtime, round, signal);
                if (views > 0) log.info({ views }, 'asked for new preparation of views that another version prepared');
              }
            },
          },
        ],
        close: () => pixels.close(),
      };
    },
  };
}
