import type { ingestV1 } from '@mammoline/contracts';
import { catalogueService, ingest } from '../clients/laptop-clients.ts';
import type { Laptop } from '../clients/open-laptop.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';
import { findSource } from './find-source.ts';

export interface ImportOptions {
  readonly directory: string;
  readonly csvDirectory: string | undefined;
  /** Copy the files into the store instead of referring to them. */
  readonly copy: boolean;
}

export interface ImportResult {
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly problems: readonly string[];
    readonly wasKnown: boolean;
  }[];
  readonly found: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly unchanged: number;
}

/** Hands the tables to the restructurer, then the folder, or the place in a bucket, to the ingestor. The tables come first, so that the masks they promise are waited for. */
export async function importTree(
  { clients, openTree }: Pick<Laptop, 'clients' | 'openTree'>,
  options: ImportOptions,
  progress: ProgressDisplay,
  signal: AbortSignal,
): Promise<ImportResult> {
  const { directory, tables: found } = await findSource(openTree, options, signal);
  const tables: ImportResult['tables'][number][] = [];
  for (const { name, read } of found) {
    const request = { fileName: name, csv: await read() };
    const answer = await clients.call(catalogueService, (client) => client.importTable(request, { signal }));
    tables.push({ name: request.fileName, rows: answer.rows, problems: answer.problems, wasKnown: answer.alreadyImported });
  }
  const last = await clients.call(ingest, async (client) => {
    let latest: ingestV1.ImportFolderResponse | undefined;
    for await (const totals of client.importFolder({ directory, copy: options.copy }, { signal })) {
      latest = totals;
      const note = [
        `${String(totals.stored)} stored`,
        totals.duplicates > 0n ? `${String(totals.duplicates)} duplicates` : '',
        totals.rejected > 0n ? `${String(totals.rejected)} rejected` : '',
        totals.unchanged > 0n ? `${String(totals.unchanged)} known` : '',
      ];
      progress.update('files', {
        done: Number(totals.stored + totals.duplicates + totals.rejected),
        // The walk goes on: how many there are is known at its end.
        total: totals.finished ? Number(totals.found) : undefined,
        note: note.filter((part) => part !== '').join(', '),
      });
    }
    return latest;
  });
  return {
    tables,
    found: Number(last?.found ?? 0n),
    stored: Number(last?.stored ?? 0n),
    duplicates: Number(last?.duplicates ?? 0n),
    rejected: Number(last?.rejected ?? 0n),
    unchanged: Number(last?.unchanged ?? 0n),
  };
}
