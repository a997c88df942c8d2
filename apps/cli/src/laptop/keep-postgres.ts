import { startEmbeddedPostgres, type EmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { describeError, sleep } from '@mammoline/kernel';
import { identifyProcess, isAlive } from './process-identity.ts';

/** Postgres that is started again whenever it ends. */
export interface KeptPostgres {
  url(): string;
  stop(): Promise<void>;
}

const lookIntervalMs = 500;

/**
 * Starts or adopts the Postgres of a directory and keeps it running.
 * @param onMoved called after a restart on another port (its own was taken): who has the old URL must be told
 */
export async function keepPostgres(options: {
  readonly directory: string;
  readonly onMoved: (url: string) => void;
  readonly say: (text: string) => void;
}): Promise<KeptPostgres> {
  const { directory, onMoved, say } = options;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ directory });

  const keep = async (): Promise<void> => {
    let identity = identifyProcess(server.pid);
    while (!isStopping()) {
      await sleep(lookIntervalMs, stopping.signal).catch(() => undefined);
      if (isStopping() || (identity !== undefined && isAlive(identity))) continue;
      say('Postgres has ended; starting it again');
      const before = server.url;
      try {
        server = await startEmbeddedPostgres({ directory });
        identity = identifyProcess(server.pid);
        if (server.url !== before) onMoved(server.url);
      } catch (error) {
        say(`Postgres could not be started: ${describeError(error)}`);
      }
    }
  };
  const kept = keep();

  return {
    url: () => server.url,
    stop: async () => {
      stopping.abort();
      await kept;
      await server.stop();
    },
  };
}
