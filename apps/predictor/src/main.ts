import { modelPublished, predictionRequested, predictionV1, viewPrepared } from '@mammoline/contracts';
import { dicomLimitVariables, toDicomLimits } from '@mammoline/dicom';
import { backendPreferences, openBackend, type Backend } from '@mammoline/segmentation';
import { bindStage, grpcService, runService } from '@mammoline/service';
import { z } from 'zod';
import { predictionService } from './grpc/prediction-service.ts';
import { openSegmenters } from './models/open-segmenters.ts';
import { predictNewView } from './stages/predict-new-view.ts';
import { predictRequestedView } from './stages/predict-requested-view.ts';
import { requestTestPredictions } from './stages/request-test-predictions.ts';

await runService({
  name: 'predictor',
  config: z.object({ MAMMOLINE_BACKEND: z.enum(backendPreferences).default('auto'), ...dicomLimitVariables.shape }),
  open: (runtime, { MAMMOLINE_BACKEND: preference, ...limitVariables }) => {
    const open = async (): Promise<Backend> => {
      const backend = await openBackend(preference);
      runtime.log.info({ backend: backend.name }, 'backend opened');
      return backend;
    };
    const segmenters = openSegmenters(open, runtime.blobs);
    const ports = { ...runtime, segmenters, dicomLimits: toDicomLimits(limitVariables) };
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
