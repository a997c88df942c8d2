import { dicomReceived, imageCatalogued, catalogueV1 } from '@mammoline/contracts';
import { dicomLimitVariables, toDicomLimits } from '@mammoline/dicom';
import { bindStage, grpcService, runService } from '@mammoline/service';
import { catalogueImage } from './catalogue-image.ts';
import { catalogueService } from './grpc/catalogue-service.ts';
import { reviewView } from './review-view.ts';

await runService({
  name: 'restructurer',
  config: dicomLimitVariables,
  open: (runtime, variables) => {
    const ports = { ...runtime, dicomLimits: toDicomLimits(variables) };
    return Promise.resolve({
      stages: [
        bindStage({ name: 'restructurer', on: dicomReceived, stage: catalogueImage, ports }),
        bindStage({ name: 'restructurer.review', on: imageCatalogued, stage: reviewView, ports }),
      ],
      grpc: [grpcService(catalogueV1.CatalogueServiceDefinition, catalogueService(runtime))],
    });
  },
});
