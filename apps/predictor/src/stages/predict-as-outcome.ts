import { assertNever } from '@mammoline/kernel';
import { done, skip, type Outcome } from '@mammoline/service';
import { predictView, type PredictViewPorts, type ViewToPredict } from '../predict/predict-view.ts';

/** A prediction as a stage's outcome. */
export async function predictAsOutcome(what: ViewToPredict, ports: PredictViewPorts, signal: AbortSignal): Promise<Outcome> {
  const prediction = await predictView(what, ports, signal);
  switch (prediction.kind) {
    case 'not-prepared':
      return skip('the view is not prepared');
    case 'stored':
      return skip('already predicted');
    case 'made':
      return done({ write: prediction.write, emit: prediction.emit });
    default:
      return assertNever(prediction, 'prediction');
  }
}
