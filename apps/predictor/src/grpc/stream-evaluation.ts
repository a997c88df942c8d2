import type { predictionV1 } from '@mammoline/contracts';
import { sleep } from '@mammoline/kernel';
import { evaluateModels, type EvaluateModelsPorts } from '../evaluate/evaluate-models.ts';

/** A client is told this often. */
const tellEveryMs = 500;

/** An evaluation with how far it is, for as long as the client listens. */
export async function* streamEvaluation(
  request: predictionV1.EvaluateModelsRequest,
  ports: EvaluateModelsPorts,
  signal: AbortSignal,
): AsyncGenerator<predictionV1.EvaluateModelsResponse> {
  let [viewsDone, views] = [0, 0];
  const gone = new AbortController();
  const over = new AbortController();
  const evaluating = evaluateModels(
    request,
    ports,
    (done, all) => {
      [viewsDone, views] = [done, all];
    },
    AbortSignal.any([signal, gone.signal]),
  ).finally(() => {
    over.abort();
  });
  // Awaited below; until then a client that is slow to take what it is told leaves it without anybody who listens.
  evaluating.catch(() => undefined);
  try {
    while (!over.signal.aborted) {
      await sleep(tellEveryMs, over.signal).catch(() => undefined);
      if (views > 0) yield { viewsDone, views, evaluationJson: '' };
    }
    yield { viewsDone, views, evaluationJson: JSON.stringify(await evaluating) };
  } finally {
    gone.abort(new Error('nobody waits for the evaluation any more'));
    await evaluating.catch(() => undefined);
  }
}
