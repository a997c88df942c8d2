import { trainingRequested, trainingV1 } from '@mammoline/contracts';
import { bindStage, grpcService, runService } from '@mammoline/service';
import { trainingService } from './grpc/training-service.ts';
import { readCodeVersion } from './run/read-code-version.ts';
import { trainingEnvironment } from './run/training-environment.ts';
import { trainingWorker } from './run/training-worker.ts';
import { wakeWorker } from './wake-worker.ts';

await runService({
  name: 'trainer',
  config: trainingEnvironment,
  open: async (runtime, { MAMMOLINE_CODE_VERSION: named }) => {
    const worker = trainingWorker({ ...runtime, codeVersion: await readCodeVersion(named) });
    return {
      stages: [bindStage({ name: 'trainer', on: trainingRequested, stage: wakeWorker, ports: worker })],
      grpc: [grpcService(trainingV1.TrainingServiceDefinition, trainingService(runtime))],
      workers: [worker],
    };
  },
});
