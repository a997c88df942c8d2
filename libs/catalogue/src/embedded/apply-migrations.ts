import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bug, invalid, sha256Of, toFailure, type Sha256 } from '@mammoline/kernel';
import pg from 'pg';

/** A folder of prisma/migrations: its name orders it, its checksum is what Prisma records. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: Sha256;
}

const migrationsDirectory = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** Prisma's own advisory lock for migrations: its command line and this function keep each other out. */
const prismaLockId = 72_707_369;

/** Prisma's own table, statement for statement, so that `prisma migrate status` and `deploy` agree with what is recorded here. */
const createRecord = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Brings a database to the newest schema, without Prisma's command line: each migration in a transaction of its own together with its record.
 * A repeat does nothing; several processes at once take turns.
 *
 * @returns the names of the migrations that were applied now
 * @throws Failure invalid where the database has another history than the folder, unavailable where Postgres does not answer
 */
export async function applyMigrations(url: string, directory = migrationsDirectory): Promise<readonly string[]> {
  const migrations = await readMigrations(directory);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'mammoline-migrations' });
  client.on('error', () => undefined); // the query under way rejects with it
  try {
    await client.connect();
    await client.query("SET lock_timeout = '60s'");
    await client.query('SELECT pg_advisory_lock($1)', [prismaLockId]);
    await client.query('SET client_min_messages = warning');
    await client.query(createRecord);
    const pending = pendingMigrations(migrations, await readHistory(client));
    for (const migration of pending) await applyOne(client, migration);
    return pending.map((migration) => migration.name);
  } catch (error) {
    throw toFailure(error, 'unavailable', 'the database could not be brought to the newest schema');
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The migrations of a folder, in their order. @throws Failure bug where there are none: the installation is not whole */
export async function readMigrations(directory = migrationsDirectory): Promise<readonly Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw bug(`no migrations: found no folder ${directory}; the installation is not whole`, { cause: error });
  });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: sha256Of(sql) };
    }),
  );
}

interface HistoryRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

async function readHistory(client: pg.Client): Promise<readonly HistoryRow[]> {
  const { rows } = await client.query<HistoryRow>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

function pendingMigrations(migrations: readonly Migration[], history: readonly HistoryRow[]): readonly Migration[] {
  for (const applied of history) {
    const name = applied.migration_name;
    const migration = migrations.find((candidate) => candidate.name === name);
    if (migration === undefined) {
      throw invalid(
        `the database has the migration ${name}, which this version does not know: it was made by a newer version; use that one`,
      );
    }
    if (migration.checksum !== applied.checksum) {
      throw invalid(
        `the migration ${name} was edited after it had been applied (found ${migration.checksum}, the database has ${applied.checksum}): ` +
          'restore the file and put the change into a new migration',
      );
    }
    if (!applied.finished) {
      throw invalid(`the migration ${name} was begun and not finished: mend the database, then use \`prisma migrate resolve\``);
    }
  }
  const appliedNames = new Set(history.map((row) => row.migration_name));
  return migrations.filter((migration) => !appliedNames.has(migration.name));
}

async function applyOne(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw toFailure(error, 'invalid', `the migration ${name} failed and was taken back`);
  }
}
