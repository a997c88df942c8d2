import { bug } from '@mammoline/kernel';
import { evaluationSchema, type Evaluation } from '@mammoline/segmentation';
import type { predictionV1 } from '@mammoline/contracts';
import { prediction, type LaptopClients } from '../clients/laptop-clients.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';

/** Has the predictor evaluate models, showing how far it is. Where a process of it dies, another begins anew. */
export async function evaluateModels(
  clients: LaptopClients,
  request: predictionV1.DeepPartial<predictionV1.EvaluateModelsRequest>,
  progress: ProgressDisplay,
  signal: AbortSignal,
): Promise<Evaluation> {
  return clients.call(prediction, async (client) => {
    for await (const { viewsDone, views, evaluationJson } of client.evaluateModels(request, { signal })) {
      progress.update('evaluating', { done: viewsDone, total: views });
      if (evaluationJson !== '') return evaluationSchema.parse(JSON.parse(evaluationJson));
    }
    throw bug('the predictor ended an evaluation without a result');
  });
}
