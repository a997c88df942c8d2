import { modelPublished, predictionRequested, predictionV1, viewPrepared } from '@mammoline/contracts';
import { openBackend } from '@mammoline/segmentation';
import { bindStage, grpcService, runService } from '@mammoline/service';
import { z } from 'zod';
import { predictionService } from './grpc/prediction-service.ts';
import { openSegmenters } from './models/open-segmenters.ts';
import { predictNewView } from './stages/predict-new-view.ts';
import { predictRequestedView } from './stages/predict-requested-view.ts';
import { requestTestPredictions } from './stages/request-test-predictions.ts';

await runService({
  name: 'predictor',
  config: z.object({}),
  open: (runtime) => {
    const segmenters = openSegmenters(() => openBackend('auto'), runtime.blobs);
    const ports = { ...runtime, segmenters };
    // TensorFlow computes one image after the other whatever is asked; one more is read and written meanwhile.
    const concurrency = 2;
    return Promise.resolve({
      stages: [
        bindStage({ name: 'predictor.views', on: viewPrepared, stage: predictNewView, ports, concurrency }),
        bindStage({ name: 'predictor.models', on: modelPublished, stage: requestTestPredictions, ports }),
        bindStage({ name: 'predictor', on: predictionRequested, stage: predictRequestedView, ports, concurrency }),
      ],
      grpc: [grpcService(predictionV1.PredictionServiceDefinition, predictionService(ports))],
      close: () => segmenters.close(),
    });
  },
});
