import { describeError, sleep } from '@mammoline/kernel';
import type { Part, RunningPart } from './parts.ts';
import { identifyProcess, isAlive } from './process-identity.ts';
import type { PartState } from './state.ts';

/** A part that is started again whenever it ends. */
export interface KeptPart {
  readonly running: () => RunningPart;
  readonly state: () => PartState;
  readonly stop: () => Promise<void>;
}

const lookIntervalMs = 500;

/**
 * Starts or adopts a part and keeps it running.
 * @param onChange called after a change of `state()`; `moved` where it has another address than before: who has the old one must be told
 */
export async function keepPart(options: {
  readonly part: Part;
  readonly onChange: (change: { readonly moved: boolean }) => void;
  readonly say: (text: string) => void;
}): Promise<KeptPart> {
  const { part, onChange, say } = options;
  const { name } = part;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let running = await part.start();
  let identity = identifyProcess(running.pid);
  let restarts = 0;

  const keep = async (): Promise<void> => {
    while (!isStopping()) {
      await sleep(lookIntervalMs, stopping.signal).catch(() => undefined);
      if (isStopping() || (identity !== undefined && isAlive(identity))) continue;
      if (identity !== undefined) {
        say(`${name} has ended; starting it again`);
        identity = undefined;
        restarts += 1;
        onChange({ moved: false });
      }
      const before = JSON.stringify(running.environment);
      try {
        running = await part.start();
        identity = identifyProcess(running.pid);
        onChange({ moved: JSON.stringify(running.environment) !== before });
      } catch (error) {
        say(`${name} could not be started: ${describeError(error)}`);
      }
    }
  };
  const kept = keep();

  return {
    running: () => running,
    state: () => ({ name, address: running.address, process: identity, restarts }),
    stop: async () => {
      stopping.abort();
      await kept;
      await part.stop();
    },
  };
}
