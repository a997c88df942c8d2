import { createSourceTrees, openBlobStore, type BlobStore, type OpenSourceTree } from '@mammoline/blobs';
import { openCatalogue, type Catalogue } from '@mammoline/catalogue';
import { Scope } from '@mammoline/kernel';
import type { Transport } from '@mammoline/messaging';
import { openClientCredentials, openTracing, openTransport, parseConfig, readClientVariables } from '@mammoline/service';
import { pino } from 'pino';
import { z } from 'zod';
import { runningState } from '../laptop/start-laptop.ts';
import type { WorkDirectory } from '../laptop/work-directory.ts';
import { ServicesNotRunning } from '../services-not-running.ts';
import { openLaptopClients, type LaptopClients } from './laptop-clients.ts';

/** Everything that a command may ask of running services: their gRPC, and the catalogue, queues and blobs behind them. */
export interface Laptop {
  readonly work: WorkDirectory;
  readonly clients: LaptopClients;
  readonly catalogue: Catalogue;
  readonly transport: Pick<Transport, 'depths'>;
  readonly blobs: BlobStore;
  /** Opens what is to be imported as the services see it. */
  readonly openTree: OpenSourceTree;
}

/** @throws ServicesNotRunning where nobody has started them */
export async function withLaptop<Answer>(
  work: WorkDirectory,
  signal: AbortSignal,
  use: (laptop: Laptop) => Promise<Answer>,
): Promise<Answer> {
  const environment = runningState(work)?.environment;
  if (environment === undefined) throw new ServicesNotRunning(work.root);
  const spans = Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_'));
  const { runtime: config } = parseConfig({ ...Object.fromEntries(spans), ...environment }, z.object({}));
  // The AWS SDK looks for its credentials here and nowhere else.
  for (const [name, value] of Object.entries(environment)) if (name.startsWith('AWS_')) process.env[name] = value;
  const scope = new Scope();
  const log = pino({ level: 'silent' });
  try {
    const tracing = scope.add('tracing', await openTracing('cli', config, log), (opened) => opened.close());
    const catalogue = scope.add('catalogue', await openCatalogue({ url: config.MAMMOLINE_POSTGRES_URL }), (opened) => opened.close());
    // Most commands never ask, and Kafka takes a second to be opened and closed.
    let opening: Promise<Transport> | undefined;
    scope.add('queues', undefined, async () => (await opening)?.close());
    const transport = {
      depths: async () => {
        opening ??= openTransport('cli', config, log);
        const opened = await opening.catch((error: unknown) => {
          opening = undefined;
          throw error;
        });
        return opened.depths();
      },
    };
    const access = readClientVariables(process.env);
    const tls = await openClientCredentials(access);
    const clients = scope.add('clients', openLaptopClients(work, signal, { tracing, tls, access }), (opened) => {
      opened.close();
    });
    const blobs = await openBlobStore(config.MAMMOLINE_BLOBS_URL);
    return await use({ work, clients, catalogue, transport, blobs, openTree: createSourceTrees(config.MAMMOLINE_BLOBS_URL) });
  } finally {
    await scope.close();
  }
}
