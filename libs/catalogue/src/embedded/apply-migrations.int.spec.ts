import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyMigrations, readMigrations } from './apply-migrations.ts';

const shipped = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

describe('applyMigrations', () => {
  let database: TestDatabase;
  let folder = '';
  const migrate = () => applyMigrations(database.url, folder);

  async function refused(message: RegExp): Promise<void> {
    const result = migrate();
    await expect(result).rejects.toMatchObject({ kind: 'invalid' });
    await expect(result).rejects.toThrow(message);
  }

  async function add(name: string, sql: string): Promise<void> {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'migration.sql'), sql);
  }

  async function query(sql: string): Promise<readonly unknown[]> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  beforeEach(async () => {
    // A copy of the template: the shipped migrations are applied already.
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await cp(shipped, folder, { recursive: true });
  });
  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('applies what is new once, in the order of the names, and records it as Prisma does', async () => {
    await add('29990102000000_second', 'INSERT INTO added VALUES (2)');
    await add('29990101000000_first', 'CREATE TABLE added (n int); INSERT INTO added VALUES (1)');
    expect(await migrate()).toEqual(['29990101000000_first', '29990102000000_second']);
    expect(await migrate()).toEqual([]);
    expect(await query('SELECT n FROM added')).toEqual([{ n: 1 }, { n: 2 }]);
    const migrations = await readMigrations(folder);
    expect(
      await query(`SELECT migration_name AS name, checksum, applied_steps_count AS steps, finished_at IS NOT NULL AS finished
        FROM _prisma_migrations ORDER BY started_at`),
    ).toEqual(migrations.map(({ name, checksum }) => ({ name, checksum, steps: 1, finished: true })));
  });

  it('lets one of several at once do it', async () => {
    await add('29990101000000_first', 'SELECT pg_sleep(0.2); CREATE TABLE added (n int)');
    const applied = await Promise.all([migrate(), migrate(), migrate()]);
    expect(applied.flat()).toEqual(['29990101000000_first']);
  });

  it('takes a failing migration back whole', async () => {
    await add('29990101000000_first', 'CREATE TABLE added (n int); SELECT 1 / 0');
    await refused(/29990101000000_first/);
    expect(await query("SELECT to_regclass('added') AS added")).toEqual([{ added: null }]);
    await add('29990101000000_first', 'CREATE TABLE added (n int)');
    expect(await migrate()).toEqual(['29990101000000_first']);
  });

  it('refuses a migration that was edited after it had been applied', async () => {
    await add('29990101000000_first', 'CREATE TABLE added (n int)');
    await migrate();
    await add('29990101000000_first', 'CREATE TABLE added (n bigint)');
    await refused(/edited after it had been applied/);
  });

  it('refuses a database with a migration that it does not know', async () => {
    await add('29990101000000_first', 'CREATE TABLE added (n int)');
    await migrate();
    await rm(join(folder, '29990101000000_first'), { recursive: true });
    await refused(/newer version/);
  });

  it('is unavailable where nothing answers', async () => {
    await expect(applyMigrations('postgresql://u:p@127.0.0.1:1/none', folder)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
