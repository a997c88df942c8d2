import { dicomReceived, imageCatalogued, catalogueV1 } from '@mammoline/contracts';
import { deidentifyVariables, dicomLimitVariables, openPseudonyms, toDicomLimits } from '@mammoline/dicom';
import { bindStage, grpcService, readNamedFile, runService } from '@mammoline/service';
import { z } from 'zod';
import { catalogueImage } from './catalogue-image.ts';
import { catalogueService } from './grpc/catalogue-service.ts';
import { reviewView } from './review-view.ts';

await runService({
  name: 'restructurer',
  config: z.object({ ...dicomLimitVariables.shape, ...deidentifyVariables.shape }),
  open: async (runtime, variables) => {
    const pseudonyms = await openPseudonyms(variables, readNamedFile);
    const ports = { ...runtime, dicomLimits: toDicomLimits(variables) };
    return {
      stages: [
        bindStage({ name: 'restructurer', on: dicomReceived, stage: catalogueImage, ports }),
        bindStage({ name: 'restructurer.review', on: imageCatalogued, stage: reviewView, ports }),
      ],
      grpc: [grpcService(catalogueV1.CatalogueServiceDefinition, catalogueService({ ...runtime, pseudonyms }))],
    };
  },
});
