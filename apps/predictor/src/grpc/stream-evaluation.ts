import type { predictionV1 } from '@mammoline/contracts';
import { evaluateModels, type EvaluateModelsPorts } from '../evaluate/evaluate-models.ts';
import { streamWork } from './stream-work.ts';

/** An evaluation with how far it is, for as long as the client listens. */
export async function* streamEvaluation(
  request: predictionV1.EvaluateModelsRequest,
  ports: EvaluateModelsPorts,
  signal: AbortSignal,
): AsyncGenerator<predictionV1.EvaluateModelsResponse> {
  for await (const { result, ...progress } of streamWork((tell, until) => evaluateModels(request, ports, tell, until), signal))
    yield { ...progress, evaluationJson: result === undefined ? '' : JSON.stringify(result) };
}
