import { modelPublished, outgoing, predictionV1, trainingRequested } from '@mammoline/contracts';
import { invalid, newUuid, sleep } from '@mammoline/kernel';
import { z } from 'zod';
import { notFound } from './not-found.ts';
import { runService } from './run-service.ts';
import { grpcService } from './service.ts';
import { bindStage, done, skip } from './stage.ts';

/** A whole service for the specs: a stage, a call, a worker. */
await runService({
  name: 'greeter',
  config: z.object({
    GREETER_MODE: z.enum(['steady', 'worker-fails', 'slow', 'refuses']),
    GREETER_WIDTH: z.coerce.number().int().optional(),
  }),
  open: (runtime, { GREETER_MODE: mode }) =>
    Promise.resolve({
      stages: [
        bindStage({
          name: 'greeter',
          on: trainingRequested,
          ports: {},
          stage: async ({ runId }, _ports, { log }) => {
            log.info('handling');
            if (mode === 'slow') await sleep(60_000);
            if (mode === 'refuses') throw invalid('the patient P_00042 of Jane Doe is refused');
            return done({
              write: (tx) => tx.saveRepair({ kind: 'greeting', subject: runId, was: '', now: 'hello' }),
              emit: [outgoing(modelPublished, { modelVersionId: newUuid(), runId })],
            });
          },
        }),
        bindStage({ name: 'greeter.second', on: modelPublished, ports: {}, stage: () => Promise.resolve(skip('seen')) }),
      ],
      grpc: [
        grpcService(predictionV1.PredictionServiceDefinition, {
          getPrediction: () => Promise.reject(notFound('no prediction')),
          listPredictions: async () => {
            await runtime.commit(`greeting ${newUuid()}`, {
              write: () => Promise.resolve(),
              emit: () => [outgoing(trainingRequested, { runId: newUuid() })],
            });
            return {};
          },
          predict: () => Promise.reject(notFound('none')),
          evaluate: () => Promise.reject(notFound('none')),
          evaluateModels: () => {
            throw notFound('none');
          },
          watchPredictions: async function* (_request, { signal }) {
            await sleep(60_000, AbortSignal.any([signal, runtime.stopping]));
            yield {};
          },
        }),
      ],
      workers: [
        {
          name: 'ticker',
          run: async (signal) => {
            await runtime.inSpan('tick', { 'greeter.ticks': 1 }, async () => {
              await runtime.blobs.get(await runtime.blobs.put(new Uint8Array([1])));
            });
            if (mode === 'worker-fails') throw new Error('the ticker broke');
            await sleep(600_000, signal).catch(() => undefined);
            runtime.log.info('the ticker stopped');
          },
        },
      ],
      close: () => {
        runtime.log.info('closed last');
        return Promise.resolve();
      },
    }),
});
