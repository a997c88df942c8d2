import { describeError, sleep } from '@mammoline/kernel';
import type { Part, RunningPart } from './parts.ts';
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts';
import type { PartState } from './state.ts';

/** A part that is started again whenever one of its processes ends. */
export interface KeptPart {
  readonly running: () => RunningPart;
  readonly states: () => readonly PartState[];
  readonly stop: () => Promise<void>;
}

const lookIntervalMs = 500;

/**
 * Starts or adopts a part and keeps it running.
 * @param onChange called after a change of `states()`; `moved` where it has other addresses than before: who has the old ones must be told
 */
export async function keepPart(options: {
  readonly part: Part;
  readonly onChange: (change: { readonly moved: boolean }) => void;
  readonly say: (text: string) => void;
}): Promise<KeptPart> {
  const { part, onChange, say } = options;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let running = await part.start();
  let identities = identify(running);
  const restarts = new Map<string, number>();
  const isRunning = (name: string): boolean => {
    const identity = identities.get(name);
    return identity !== undefined && isAlive(identity);
  };

  const keep = async (): Promise<void> => {
    while (!isStopping()) {
      await sleep(lookIntervalMs, stopping.signal).catch(() => undefined);
      const ended = running.processes.map(({ name }) => name).filter((name) => !isRunning(name));
      if (isStopping() || ended.length === 0) continue;
      say(`${ended.join(', ')} has ended; starting it again`);
      for (const name of ended) restarts.set(name, (restarts.get(name) ?? 0) + 1);
      onChange({ moved: false });
      const before = JSON.stringify(running.environment);
      try {
        running = await part.start();
        identities = identify(running);
        onChange({ moved: JSON.stringify(running.environment) !== before });
      } catch (error) {
        say(`${part.name} could not be started: ${describeError(error)}`);
      }
    }
  };
  const kept = keep();

  return {
    running: () => running,
    states: () =>
      running.processes.map(({ name, address }) => ({
        name,
        address,
        process: isRunning(name) ? identities.get(name) : undefined,
        restarts: restarts.get(name) ?? 0,
      })),
    stop: async () => {
      stopping.abort();
      await kept;
      await part.stop();
    },
  };
}

function identify({ processes }: RunningPart): ReadonlyMap<string, ProcessIdentity | undefined> {
  return new Map(processes.map(({ name, pid }) => [name, identifyProcess(pid)]));
}
