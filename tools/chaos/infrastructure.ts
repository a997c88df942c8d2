import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, startEmbeddedPostgres, type EmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { Scope, sleep } from '@mammoline/kernel';
import { startTestKafka, stopTestKafka } from '@mammoline/testing/kafka';
import { startTestObjectStore, type TestObjectStore } from '@mammoline/testing/object-store';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Kafka, Postgres and an S3 server of this run alone, each behind a proxy that its clients go through. */
export interface Infrastructure {
  readonly directory: string;
  readonly brokers: number;
  /** What services are told: the addresses of the proxies. */
  readonly environment: Readonly<Record<string, string>>;
  readonly proxies: { readonly kafka: readonly TcpProxy[]; readonly postgres: TcpProxy; readonly store: TcpProxy };
  /** Past the proxy, for looking. Changes where Postgres comes back on another port. */
  readonly postgresUrl: () => string;
  /** Past the proxy. */
  readonly blobsUrl: string;
  readonly store: TestObjectStore;
  /** @param id 1 and up */
  readonly killBroker: (id: number) => Promise<void>;
  /** Starts those that are away. */
  readonly startBrokers: () => Promise<void>;
  /** Postgres' immediate shutdown (SIGQUIT), as a crash is; then its start. */
  readonly restartPostgres: () => Promise<void>;
  /** At the end everything goes but the logs of the services. */
  readonly keepLogs: () => void;
  readonly close: () => Promise<void>;
}

/** @throws Error where the S3 server can't be had */
export async function startInfrastructure(brokers: number): Promise<Infrastructure> {
  const scope = new Scope();
  let keepsLogs = false;
  try {
    const directory = scope.add('directory', await mkdtemp(join(tmpdir(), 'mammoline-chaos-')), (it) => removeData(it, keepsLogs));
    const openProxy = async (name: string): Promise<TcpProxy> => scope.add(`proxy of ${name}`, await openTcpProxy(), (it) => it.close());
    const proxies = {
      kafka: await Promise.all(Array.from({ length: brokers }, (_, index) => openProxy(`broker ${String(index + 1)}`))),
      postgres: await openProxy('Postgres'),
      store: await openProxy('the store'),
    };

    const postgresDirectory = join(directory, 'postgres');
    const startPostgres = async (): Promise<EmbeddedPostgres> => {
      const server = await startEmbeddedPostgres({ directory: postgresDirectory });
      proxies.postgres.leadTo(server.port);
      return server;
    };
    let postgres = await startPostgres();
    scope.add('Postgres', undefined, () => postgres.stop());
    await applyMigrations(postgres.url);

    const store = await startTestObjectStore();
    if (store === undefined) throw new Error('SeaweedFS is needed and could not be had: install Python with pip');
    scope.add('object store', store, (it) => it.stop());
    proxies.store.leadTo(portOf(store.endpoint));
    const bucket = await store.createBucket();

    const kafkaDirectory = join(directory, 'kafka');
    scope.add('Kafka', kafkaDirectory, (it) => stopTestKafka(it, 'kill'));
    const advertise = proxies.kafka.map(({ port }) => `127.0.0.1:${String(port)}`);
    const { nodes } = await startTestKafka(kafkaDirectory, { brokers, advertise });
    for (const [index, { address }] of nodes.entries()) proxies.kafka[index]?.leadTo(portOf(`http://${address}`));

    const proxied = new URL(postgres.url);
    proxied.port = String(proxies.postgres.port);
    return {
      directory,
      brokers,
      environment: {
        ...store.environment,
        MAMMOLINE_POSTGRES_URL: proxied.href,
        MAMMOLINE_KAFKA_BROKERS: advertise.join(','),
        MAMMOLINE_BLOBS_URL: blobsUrl(bucket, `http://127.0.0.1:${String(proxies.store.port)}`),
      },
      proxies,
      postgresUrl: () => postgres.url,
      blobsUrl: blobsUrl(bucket, store.endpoint),
      store,
      killBroker: (id) => stopTestKafka(kafkaDirectory, 'kill', id),
      startBrokers: async () => {
        await startTestKafka(kafkaDirectory);
      },
      restartPostgres: async () => {
        process.kill(postgres.pid, 'SIGQUIT');
        await untilEnded(postgres.pid);
        postgres = await startPostgres();
      },
      keepLogs: () => {
        keepsLogs = true;
      },
      close: () => scope.close(),
    };
  } catch (error) {
    await scope.close().catch(() => undefined);
    throw error;
  }
}

const portOf = (url: string): number => Number(new URL(url).port);

function blobsUrl(bucket: string, endpoint: string): string {
  return `s3://${bucket}/chaos?${new URLSearchParams({ endpoint, region: 'us-east-1', pathStyle: 'true' }).toString()}`;
}

async function removeData(directory: string, keepsLogs: boolean): Promise<void> {
  if (!keepsLogs) {
    await rm(directory, { recursive: true, force: true });
    return;
  }
  for (const name of await readdir(directory)) {
    for (const inner of await readdir(join(directory, name)).catch(() => [])) {
      if (inner !== 'logs') await rm(join(directory, name, inner), { recursive: true, force: true });
    }
  }
}

async function untilEnded(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(20);
  }
}
