import { modelPublished, modelsV1, predictionRequested, predictionV1, viewPrepared } from '@mammoline/contracts';
import { dicomLimitVariables, toDicomLimits } from '@mammoline/dicom';
import { backendPreferences, enginePreferences, openEngine, type Engine } from '@mammoline/segmentation';
import { bindStage, createInputMetrics, grpcService, runService } from '@mammoline/service';
import { z } from 'zod';
import { modelService } from './grpc/model-service.ts';
import { predictionService } from './grpc/prediction-service.ts';
import { openSegmenters } from './models/open-segmenters.ts';
import { openShadow } from './shadow/open-shadow.ts';
import { createPredictionCounts } from './signals/count-prediction.ts';
import { watchModels } from './signals/watch-models.ts';
import { makeModelCard } from './stages/make-model-card.ts';
import { predictNewView } from './stages/predict-new-view.ts';
import { predictRequestedView } from './stages/predict-requested-view.ts';
import { requestTestPredictions } from './stages/request-test-predictions.ts';

await runService({
  name: 'predictor',
  config: z.object({
    MAMMOLINE_BACKEND: z.enum(backendPreferences).default('auto'),
    MAMMOLINE_ENGINE: z.enum(enginePreferences).default('auto'),
    MAMMOLINE_SHADOW: z.literal('candidate').optional(),
    ...dicomLimitVariables.shape,
  }),
  open: (runtime, config) => {
    const open = async (): Promise<Engine> => {
      const engine = await openEngine(config.MAMMOLINE_ENGINE, config.MAMMOLINE_BACKEND);
      runtime.log.info({ engine: engine.name, backend: engine.backend, reason: engine.reason }, 'engine opened');
      return engine;
    };
    const segmenters = openSegmenters(open, runtime.blobs);
    const ports = { ...runtime, segmenters, dicomLimits: toDicomLimits(config) };
    const shadow = config.MAMMOLINE_SHADOW === undefined ? undefined : openShadow(ports);
    watchModels(runtime.metrics, runtime.catalogue);
    const live = {
      ...ports,
      shadow,
      countPrediction: createPredictionCounts(runtime.metrics),
      inputs: createInputMetrics(runtime.metrics),
    };
    // One image after the other is computed whatever is asked; one more is read and written meanwhile.
    const concurrency = 2;
    return Promise.resolve({
      stages: [
        bindStage({ name: 'predictor.views', on: viewPrepared, stage: predictNewView, ports: live, concurrency }),
        bindStage({ name: 'predictor.models', on: modelPublished, stage: requestTestPredictions, ports }),
        bindStage({ name: 'predictor.cards', on: modelPublished, stage: makeModelCard, ports }),
        bindStage({ name: 'predictor', on: predictionRequested, stage: predictRequestedView, ports, concurrency }),
      ],
      grpc: [
        grpcService(predictionV1.PredictionServiceDefinition, predictionService(live)),
        grpcService(modelsV1.ModelServiceDefinition, modelService({ ...runtime, segmenters })),
      ],
      close: async () => {
        await shadow?.close();
        await segmenters.close();
      },
    });
  },
});
