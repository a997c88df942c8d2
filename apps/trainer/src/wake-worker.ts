import type { TrainingRequested } from '@mammoline/contracts';
import { done, type Stage } from '@mammoline/service';

/** The run is in the catalogue already; training it is long work and none of a handler's. */
export const wakeWorker: Stage<TrainingRequested, { readonly wake: () => void }> = (_event, { wake }) => {
  wake();
  return Promise.resolve(done({}));
};
