import { trainingRequested, trainingV1 } from '@mammoline/contracts';
import { bindStage, grpcService, runService } from '@mammoline/service';
import { trainingService } from './grpc/training-service.ts';
import { trainingEnvironment } from './run/training-environment.ts';
import { trainingWorker } from './run/training-worker.ts';
import { wakeWorker } from './wake-worker.ts';

await runService({
  name: 'trainer',
  config: trainingEnvironment,
  open: (runtime) => {
    const worker = trainingWorker(runtime);
    return Promise.resolve({
      stages: [bindStage({ name: 'trainer', on: trainingRequested, stage: wakeWorker, ports: worker })],
      grpc: [grpcService(trainingV1.TrainingServiceDefinition, trainingService(runtime))],
      workers: [worker],
    });
  },
});
