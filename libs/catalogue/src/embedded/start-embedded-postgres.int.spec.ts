import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from './start-embedded-postgres.ts';

async function query(url: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
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

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('startEmbeddedPostgres', () => {
  let directory = '';
  const start = (settings = {}) => startEmbeddedPostgres({ directory, settings });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  });
  afterEach(async () => {
    await (await start()).stop();
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('makes one cluster and one server for all that start it at once, with the same port after a stop', async () => {
    const [first, second, third] = await Promise.all([start(), start(), start()]);
    expect([second.pid, third.pid]).toEqual([first.pid, first.pid]);
    await first.stop();
    // A process that has ended counts as alive until its parent has collected it.
    await untilGone(first.pid);
    const again = await start();
    expect(again.pid).not.toBe(first.pid);
    expect(again.url).toBe(first.url);
  });

  it('lets in this machine alone, with the password alone, and writes through', async () => {
    const { url, port } = await start();
    expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(url, 'SHOW unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
    const passwordFile = join(directory, 'cluster', 'password');
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    await expect(query(`postgresql://mammoline:guess@127.0.0.1:${String(port)}/mammoline`, 'SELECT 1')).rejects.toThrow(/password/);
  });

  it('outlives a starter that is killed, and is adopted', async () => {
    const program = `
      import { startEmbeddedPostgres } from ${JSON.stringify(new URL('start-embedded-postgres.ts', import.meta.url).href)};
      const { pid } = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)} });
      console.log(pid);
      setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = (await once(starter.stdout, 'data')) as [Buffer];
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    const adopted = await start();
    expect(adopted.pid).toBe(Number(printed.toString()));
    expect(await query(adopted.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('recovers what was committed after the server itself was killed', async () => {
    const { url, pid } = await start();
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS n');
    process.kill(pid, 'SIGKILL');
    await untilGone(pid);
    const healed = await start();
    expect(healed.pid).not.toBe(pid);
    expect(await query(healed.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  it('starts although the lock file names a process that is alive and no Postgres', async () => {
    const { pid } = await start();
    const lockFile = join(directory, 'cluster', 'data', 'postmaster.pid');
    const lines = (await readFile(lockFile, 'utf8')).split('\n');
    process.kill(pid, 'SIGKILL');
    await untilGone(pid);
    // Of the server's own user: Postgres itself takes such a process for a postmaster.
    const { uid, gid } = await stat(lockFile);
    const bystander = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
    await once(bystander, 'spawn');
    await writeFile(lockFile, [String(bystander.pid), ...lines.slice(1)].join('\n'));
    const healed = await start();
    expect(await query(healed.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await healed.stop();
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
    bystander.kill();
  });

  it('takes another port where its own is taken', async () => {
    const before = await start();
    await before.stop();
    const squatter = createServer().listen(before.port, '127.0.0.1');
    await once(squatter, 'listening');
    const { url, port } = await start();
    expect(port).not.toBe(before.port);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    squatter.close();
  });

  it('says what the server said where it can not start', async () => {
    await (await start()).stop();
    await expect(start({ shared_buffers: 'plenty' })).rejects.toThrow(/invalid value for parameter "shared_buffers"/);
  });
});
