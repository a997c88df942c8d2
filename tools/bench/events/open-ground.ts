import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, startEmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { Scope } from '@mammoline/kernel';
import { startTestKafka, stopTestKafka, whyNoKafka, type TestKafka } from '@mammoline/testing';
import { Client } from 'pg';

/** What a run works on: Postgres as on a laptop (durable), a broker, a folder; all new, all gone at the end. */
export interface Ground {
  readonly directory: string;
  readonly postgres: { readonly url: string; readonly pid: number };
  /** Undefined where there can be none; {@link noKafka} says why. */
  readonly kafka: TestKafka | undefined;
  readonly noKafka: string | undefined;
  readonly sql: Client;
  readonly close: () => Promise<void>;
}

export async function openGround(): Promise<Ground> {
  const scope = new Scope();
  try {
    const made = await mkdtemp(join(tmpdir(), 'mammoline-bench-'));
    const directory = scope.add('folder', made, (it) => rm(it, { recursive: true, force: true }));
    const postgres = scope.add('Postgres', await startEmbeddedPostgres({ directory: join(directory, 'postgres') }), (it) => it.stop());
    await applyMigrations(postgres.url);
    const sql = scope.add('SQL session', new Client({ connectionString: postgres.url }), (it) => it.end());
    await sql.connect();
    const noKafka = whyNoKafka();
    const broker = join(directory, 'kafka');
    const kafka = noKafka === undefined ? scope.add('broker', await startTestKafka(broker), () => stopTestKafka(broker)) : undefined;
    return { directory, postgres, kafka, noKafka, sql, close: () => scope.close() };
  } catch (error) {
    await scope.close().catch(() => undefined);
    throw error;
  }
}

/** Every measurement begins with tables that are empty and known to be. */
export async function emptyTables({ sql }: Ground): Promise<void> {
  await sql.query('TRUNCATE "Inbox", "Outbox", "Repair"');
  await sql.query('VACUUM ANALYZE');
}
