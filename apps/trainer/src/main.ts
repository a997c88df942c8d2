import { trainingRequested, trainingV1 } from '@mammoline/contracts';
import { bindStage, grpcService, runService } from '@mammoline/service';
import { trainingService } from './grpc/training-service.ts';
import { readArguments } from './read-arguments.ts';
import { readCodeVersion } from './run/read-code-version.ts';
import { trainOnce } from './run/train-once.ts';
import { trainingEnvironment } from './run/training-environment.ts';
import { trainingWorker } from './run/training-worker.ts';
import { wakeWorker } from './wake-worker.ts';

await runService({
  name: 'trainer',
  config: trainingEnvironment,
  open: async (runtime, { MAMMOLINE_CODE_VERSION: named, MAMMOLINE_TRAIN_HERE: trainsHere }) => {
    const { once } = readArguments(process.argv.slice(2));
    const ports = { ...runtime, codeVersion: await readCodeVersion(named) };
    if (once !== undefined) return { job: (stopping) => trainOnce(once, ports, stopping) };
    const worker = trainingWorker(ports);
    return {
      stages: [bindStage({ name: 'trainer', on: trainingRequested, stage: wakeWorker, ports: worker })],
      grpc: [grpcService(trainingV1.TrainingServiceDefinition, trainingService(runtime))],
      workers: trainsHere ? [worker] : [],
    };
  },
});
