import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import { catalogueV1 } from '@mammoline/contracts';
import { whyNoOpenssl, makeTestCertificates } from '@mammoline/testing';
import { openClientCredentials } from '@mammoline/service';
import { createServer, ServerError, Status, type CallContext, type Server } from 'nice-grpc';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workDirectory, type WorkDirectory } from '../laptop/work-directory.ts';
import { catalogueService, openLaptopClients } from './laptop-clients.ts';

const signal = new AbortController().signal;
const servers: Server[] = [];
const bearers: (string | undefined)[] = [];
let work: WorkDirectory;

beforeEach(() => {
  work = workDirectory(mkdtempSync(join(tmpdir(), 'mammoline-clients-')));
  mkdirSync(work.services);
});
afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
  rmSync(work.root, { recursive: true });
});

/** A restructurer that answers with its own name, or dies in the middle of the call. */
async function start(name: string, dies: () => boolean = () => false, credentials?: ServerCredentials): Promise<void> {
  const server = createServer();
  const listPatients = async (_request: unknown, { metadata }: CallContext) => {
    bearers.push(metadata.get('authorization'));
    if (dies()) {
      server.forceShutdown();
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    }
    return { patients: [], nextPageToken: name };
  };
  const refuse = () => Promise.reject(new ServerError(Status.INVALID_ARGUMENT, 'not here'));
  server.add(catalogueV1.CatalogueServiceDefinition, {
    listPatients,
    listViews: refuse,
    getView: refuse,
    listRepairs: refuse,
    importTable: refuse,
  });
  servers.push(server);
  const port = await server.listen('127.0.0.1:0', credentials);
  writeFileSync(
    join(work.services, `${name}.json`),
    JSON.stringify({ pid: 1, grpcAddress: `127.0.0.1:${String(port)}`, tls: credentials !== undefined }),
  );
}

it('goes on with another process of the service where one dies in the middle of a call, or is gone with its ready file left', async () => {
  let calls = 0;
  await start('restructurer', () => (calls += 1) > 1);
  await start('restructurer-2');
  await start('restructurer-review');
  const clients = openLaptopClients(work, signal);
  const ask = () => clients.call(catalogueService, async (client) => (await client.listPatients({})).nextPageToken);
  expect(await ask()).toBe('restructurer');
  expect(await ask()).toBe('restructurer-2');
  expect(await ask()).toBe('restructurer-2');
  clients.close();
});

it("does not take a service's own answer for its death", async () => {
  await start('restructurer');
  await start('restructurer-2');
  const clients = openLaptopClients(work, signal);
  await expect(clients.call(catalogueService, (client) => client.getView({}))).rejects.toMatchObject({ code: Status.INVALID_ARGUMENT });
  clients.close();
});

it('bears the token of a file, as it is at each call', async () => {
  await start('restructurer');
  const file = join(work.root, 'token');
  const clients = openLaptopClients(work, signal, { access: { MAMMOLINE_TOKEN_FILE: file } });
  const ask = () => clients.call(catalogueService, (client) => client.listPatients({}));
  await expect(ask()).rejects.toThrow(/MAMMOLINE_TOKEN_FILE names .*token, which can't be read/);
  bearers.length = 0;
  for (const token of ['one', 'another']) {
    writeFileSync(file, `${token}\n`);
    await ask();
  }
  expect(bearers).toEqual(['Bearer one', 'Bearer another']);
  writeFileSync(file, 'secret with spaces');
  await expect(ask()).rejects.toThrow(/expected one token in it/);
  clients.close();
});

const why = whyNoOpenssl();
it.skipIf(why !== undefined)(
  `speaks TLS with services that do, and says at once where it does not trust one${why === undefined ? '' : `: ${why}`}`,
  async () => {
    const { ca, server } = await makeTestCertificates(join(work.root, 'certificates'));
    const pair = { cert_chain: readFileSync(server.certificate), private_key: readFileSync(server.key) };
    await start('restructurer', undefined, ServerCredentials.createSsl(null, [pair]));
    const ask = async (caFile: string | undefined): Promise<string> => {
      const clients = openLaptopClients(work, signal, { tls: await openClientCredentials({ MAMMOLINE_TLS_CA_FILE: caFile }) });
      try {
        return await clients.call(catalogueService, async (client) => (await client.listPatients({})).nextPageToken);
      } finally {
        clients.close();
      }
    };
    expect(await ask(ca)).toBe('restructurer');
    await expect(ask(undefined)).rejects.toThrow(/no TLS connection to the restructurer: .*certificate.*; --tls-ca names/);
  },
);
