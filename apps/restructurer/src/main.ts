import { dicomReceived, imageCatalogued, catalogueV1 } from '@mammoline/contracts';
import { bindStage, grpcService, runService } from '@mammoline/service';
import { z } from 'zod';
import { catalogueImage } from './catalogue-image.ts';
import { catalogueService } from './grpc/catalogue-service.ts';
import { reviewView } from './review-view.ts';

await runService({
  name: 'restructurer',
  config: z.object({}),
  open: (runtime) =>
    Promise.resolve({
      stages: [
        bindStage({ name: 'restructurer', on: dicomReceived, stage: catalogueImage, ports: runtime }),
        bindStage({ name: 'restructurer.review', on: imageCatalogued, stage: reviewView, ports: runtime }),
      ],
      grpc: [grpcService(catalogueV1.CatalogueServiceDefinition, catalogueService(runtime))],
    }),
});
