import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { describeError, sleep, unavailable } from '@mammoline/kernel';
import pg from 'pg';
import type { Logger } from 'pino';
import { clusterUser, openCluster, serverEnvironment, type Cluster } from './open-cluster.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { runningPostmaster, type Postmaster } from './running-postmaster.ts';
import { stopPostmaster } from './stop-postmaster.ts';

export interface EmbeddedPostgresOptions {
  /** Holds the cluster, its password and its log; made where it is missing. One server a folder. */
  readonly directory: string;
  readonly log?: Logger | undefined;
  /** Server settings beside the defaults, e.g. `{ fsync: 'off' }` for tests. Without effect on a server that runs already. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Of the database `mammoline`, password included: never log it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Stops the server, whoever started it, and waits until it is gone. */
  stop(): Promise<void>;
}

const database = 'mammoline';
/** A crash with much unwritten data recovers within this time. */
const startLimitMs = 120_000;
const logLimitBytes = 10 * 1024 * 1024;

/** A sixteenth of the memory of the machine, or of the container: Postgres takes it as it fills, and the services beside it need theirs. */
const memoryMb = Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 2 ** 20;
const sharedBuffersMb = Math.min(1024, Math.max(128, Math.floor(memoryMb / 16)));

const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: `${String(sharedBuffersMb)}MB`,
  // Each page is logged whole the first time after a checkpoint: with Postgres' own 1 GB an import of large tables brings several a minute.
  max_wal_size: '4GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

/**
 * Runs Postgres out of the installed packages, for one machine and one user: the first call makes the cluster, a running server is adopted.
 * The server outlives its starter, even a killed one. There is no lock but Postgres' own: of several that start it at once one wins.
 *
 * @throws Failure invalid where the folder or platform can't do it, unavailable where the server does not come up
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = resolve(options.directory);
  const binaries = await postgresBinaries();
  const cluster = await openCluster(directory, binaries);
  const logFile = join(directory, 'server.log');
  const deadlineMs = Date.now() + startLimitMs;
  let server: StartedServer | undefined;
  for (;;) {
    const state = await runningPostmaster(cluster.dataDirectory);
    if (state.kind === 'ours') {
      const port = await answeringPort(state.postmaster, cluster);
      if (port !== undefined) {
        const { pid } = state.postmaster;
        const url = urlOf(cluster, port, database);
        options.log?.info({ pid, port, adopted: server?.process.pid !== pid }, 'Postgres is running');
        return { url, port, pid, stop: () => stopPostmaster(pid, cluster.dataDirectory) };
      }
    } else if (server === undefined || hasEnded(server)) {
      const port = server === undefined ? await cluster.port() : await portAfter(server, cluster, logFile);
      // Postgres heals a lock file that names a dead process, but not one whose number another program has got: it must be told that this one
      // is no postmaster, in the way that pg_ctl tells it. Removing the file would lose its guard against orphaned backends.
      const environment = state.kind === 'foreign' ? { ...serverEnvironment, PG_GRANDPARENT_PID: String(state.pid) } : serverEnvironment;
      const settings = Object.entries({ ...defaultSettings, ...options.settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const args = ['-D', cluster.dataDirectory, '-p', String(port), ...settings];
      server = await spawnServer(binaries.postgres, args, cluster, logFile, environment);
    }
    if (Date.now() > deadlineMs) {
      throw unavailable(
        `Postgres did not answer within ${String(startLimitMs / 1000)} s; its log ${logFile} ends: ${await tailOf(logFile, 0)}`,
      );
    }
    await sleep(25);
  }
}

interface StartedServer {
  readonly process: ChildProcess;
  /** Where its part of the log begins. */
  readonly logOffset: number;
}

function hasEnded({ process: child }: StartedServer): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function spawnServer(
  postgres: string,
  postgresArgs: readonly string[],
  cluster: Cluster,
  logFile: string,
  env: Readonly<Record<string, string>>,
): Promise<StartedServer> {
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0;
  if (size > logLimitBytes) await truncate(logFile, 0);
  const log = await open(logFile, 'a', 0o600);
  try {
    const logOffset = (await log.stat()).size;
    const { program, args } = cluster.identity.command(postgres, postgresArgs);
    const dropped = program === postgres ? (cluster.identity.user ?? {}) : {};
    // A session of its own: a Ctrl-C at the terminal is for the programs, which stop the server when they have finished with it.
    const child = spawn(program, args, { detached: true, stdio: ['ignore', log.fd, log.fd], env, cwd: '/', ...dropped });
    await new Promise<void>((started, reject) => {
      child.once('spawn', started);
      child.once('error', reject);
    });
    child.unref();
    return { process: child, logOffset };
  } catch (error) {
    throw unavailable(`Postgres can't be started: ${describeError(error)}`, { cause: error });
  } finally {
    await log.close();
  }
}

/** The port for the next try after one that ended. @throws Failure unavailable where another try would end in the same way */
async function portAfter(server: StartedServer, cluster: Cluster, logFile: string): Promise<number> {
  const said = await tailOf(logFile, server.logOffset);
  if (/could not bind|Address already in use/.test(said)) return await cluster.choosePort();
  // Another starter won, or backends of a killed server are about to notice that it is gone.
  if (/lock file .* already exists|pre-existing shared memory block/.test(said)) {
    await sleep(100);
    return await cluster.port();
  }
  throw unavailable(`Postgres ended at its start; its log ${logFile} says: ${said}`);
}

async function answeringPort(postmaster: Postmaster, cluster: Cluster): Promise<number | undefined> {
  if (postmaster.port === undefined) return undefined;
  const client = new pg.Client({ connectionString: urlOf(cluster, postmaster.port, 'postgres'), connectionTimeoutMillis: 2000 });
  // A server that stops under a connection says so on it; the query's own rejection is what counts.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
    return postmaster.port;
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    if (code === '28P01')
      throw unavailable(`the Postgres on port ${String(postmaster.port)} refuses the password kept beside ${cluster.dataDirectory}`, {
        cause: error,
      });
    return undefined; // starting, stopping, or another starter is making the database
  } finally {
    await client.end().catch(() => undefined);
  }
}

function urlOf(cluster: Cluster, port: number, name: string): string {
  return `postgresql://${clusterUser}:${cluster.password}@127.0.0.1:${String(port)}/${name}`;
}

async function tailOf(path: string, offset: number): Promise<string> {
  return (await readFile(path)).subarray(offset).toString().trim().slice(-1500);
}
