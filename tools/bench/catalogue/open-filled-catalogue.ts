import { join } from 'node:path';
import { applyMigrations, startEmbeddedPostgres, type EmbeddedPostgres } from '@mammoline/catalogue/embedded';
import pg from 'pg';
import { filledViews, fillCatalogue } from './fill-catalogue.ts';

/** For the filling alone: nothing of it must survive a power cut. */
const fillSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  shared_buffers: '2GB',
  autovacuum: 'off',
  max_parallel_maintenance_workers: '2',
};

/**
 * A Postgres with the laptop's own settings over a catalogue of so many views, which is filled where the directory holds none.
 * @throws Error where the directory holds one of another size
 */
export async function openFilledCatalogue(directory: string, views: number, say: (line: string) => void): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), settings: fillSettings });
  await applyMigrations(postgres.url);
  const clients = [new pg.Client({ connectionString: postgres.url }), new pg.Client({ connectionString: postgres.url })] as const;
  try {
    for (const client of clients) await client.connect();
    const filled = await filledViews(clients[0]);
    if (filled === undefined) await fillCatalogue(clients, { views }, say);
    else if (filled !== views)
      throw new Error(`${directory} holds a catalogue of ${String(filled)} views; name another directory, or ask for that size`);
  } finally {
    for (const client of clients) await client.end();
  }
  await postgres.stop();
  return await startEmbeddedPostgres({ directory: join(directory, 'postgres') });
}
