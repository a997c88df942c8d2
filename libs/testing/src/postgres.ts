import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { applyMigrations, readMigrations, startEmbeddedPostgres, type EmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { sha256Of } from '@mammoline/kernel';
import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Ends its sessions and removes it. */
  drop(): Promise<void>;
}

/** In a checkout's own cache, so that checkouts with different migrations or Postgres versions do not meet. */
const directory = fileURLToPath(new URL('../../../.cache/test-postgres', import.meta.url));

/** Nothing here must survive a power cut. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400', autovacuum: 'off' };

let server: Promise<EmbeddedPostgres> | undefined;

/**
 * A migrated, empty database of its own for one spec file: a copy of a template that is made once for each state of the migrations. All test
 * processes of a checkout share one server, which stays running between runs; see {@link stopTestPostgres}.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  server ??= startEmbeddedPostgres({ directory, settings });
  const { url } = await server;
  const name = `test_${String(process.pid)}_${randomBytes(6).toString('hex')}`;
  await withClient(url, async (client) => {
    const template = await ensureTemplate(client, url);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: urlOf(url, name),
    drop: async () => {
      await withClient(url, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      });
    },
  };
}

/** Stops the shared server, without what killed test processes left. For the end of a whole test run; the next one starts it in a moment. */
export async function stopTestPostgres(): Promise<void> {
  const running = await startEmbeddedPostgres({ directory, settings });
  await withClient(running.url, dropAbandoned);
  await running.stop();
  server = undefined;
}

/** Makes the template under a lock of the server's: the first does it, the others wait. It gets its name when it is whole. */
async function ensureTemplate(client: pg.Client, url: string): Promise<string> {
  const migrations = await readMigrations();
  const template = `template_${sha256Of(migrations.map(({ name, checksum }) => `${name} ${checksum}\n`).join('')).slice(0, 16)}`;
  const exists = async (): Promise<boolean> =>
    (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])).rowCount === 1;
  if (await exists()) return template;

  await client.query("SELECT pg_advisory_lock(hashtext('mammoline test template'))");
  if (!(await exists())) {
    await dropAbandoned(client);
    const unfinished = `${template}_unfinished`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${unfinished}`);
    await applyMigrations(urlOf(url, unfinished));
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
  }
  await client.query("SELECT pg_advisory_unlock(hashtext('mammoline test template'))");
  return template;
}

/** Databases of test processes that were killed, and templates of former migrations. */
async function dropAbandoned(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    String.raw`SELECT datname FROM pg_database WHERE datname ~ '^(test_\d+|template)_[0-9a-f]+$'`,
  );
  for (const { datname } of rows) {
    const pid = /^test_(\d+)_/.exec(datname)?.[1];
    if (pid === undefined || !isAlive(Number(pid))) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
