import { join } from 'node:path';
import { ingestV1 } from '@mammoline/contracts';
import { startService, type RunningService } from '@mammoline/testing';

export type RunningIngestor = RunningService<ingestV1.IngestServiceDefinition>;

/** Starts the ingestor on a database, with its blobs in a directory. */
export function startIngestor(
  postgresUrl: string,
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningIngestor> {
  return startService(join(import.meta.dirname, '..', 'main.ts'), ingestV1.IngestServiceDefinition, {
    postgresUrl,
    directory,
    environment,
  });
}
