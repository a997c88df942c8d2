import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChannelCredentials, createChannel, createClient, type Channel } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { makeTestCertificates, whyNoOpenssl, type TestCertificates } from '@mammoline/testing';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startGrpcServer } from '../grpc/start-grpc-server.ts';
import { createTelemetry } from '../telemetry.ts';
import type { ClientVariables } from './client-variables.ts';
import { openClientCredentials } from './open-client-credentials.ts';
import { openGrpcTls } from './open-grpc-tls.ts';

const why = whyNoOpenssl();
const patience = { timeout: 20_000, interval: 50 };

describe.skipIf(why !== undefined)(`TLS of the gRPC port${why === undefined ? '' : `: ${why}`}`, () => {
  let directory: string;
  let ours: TestCertificates;
  let others: TestCertificates;
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const closers: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mammoline-tls-'));
    ours = await makeTestCertificates(join(directory, 'ours'));
    others = await makeTestCertificates(join(directory, 'others'));
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function serve(options: { readonly mutual: boolean; readonly certificate?: string; readonly key?: string }): Promise<string> {
    const tls = await openGrpcTls(
      {
        MAMMOLINE_GRPC_TLS_CERT_FILE: options.certificate ?? ours.server.certificate,
        MAMMOLINE_GRPC_TLS_KEY_FILE: options.key ?? ours.server.key,
        MAMMOLINE_GRPC_TLS_CLIENT_CA_FILE: options.mutual ? ours.ca : undefined,
      },
      log,
      20,
    );
    const server = await startGrpcServer({ address: '127.0.0.1:0', bindings: [], log, telemetry: createTelemetry('test'), tls });
    server.setServing(true);
    closers.push(
      () => tls?.close(),
      () => server.stop(0),
    );
    return server.address;
  }

  async function check(address: string, variables: ClientVariables | 'plain text'): Promise<number> {
    const credentials = variables === 'plain text' ? ChannelCredentials.createInsecure() : await openClientCredentials(variables);
    const channel: Channel = createChannel(address, credentials);
    try {
      return (await createClient(HealthDefinition, channel).check({ service: '' })).status;
    } finally {
      channel.close();
    }
  }

  const trusting = (certificates: TestCertificates): ClientVariables => ({ MAMMOLINE_TLS_CA_FILE: certificates.ca });
  const withCertificate = (certificates: TestCertificates): ClientVariables => ({
    ...trusting(ours),
    MAMMOLINE_TLS_CERT_FILE: certificates.client.certificate,
    MAMMOLINE_TLS_KEY_FILE: certificates.client.key,
  });
  const serving = 1;

  it('answers a client that trusts its authority, and no one in plain text', async () => {
    const address = await serve({ mutual: false });
    expect(await check(address, trusting(ours))).toBe(serving);
    await expect(check(address, 'plain text')).rejects.toThrow();
    await expect(check(address, trusting(others))).rejects.toThrow(/certificate/);
  });

  it('wants a certificate of the named authority from clients, where it is mutual', async () => {
    const address = await serve({ mutual: true });
    expect(await check(address, withCertificate(ours))).toBe(serving);
    await expect(check(address, trusting(ours))).rejects.toThrow();
    await expect(check(address, withCertificate(others))).rejects.toThrow();
  });

  it('takes a renewed certificate for new connections, and stays with the one it has while the new one does not fit', async () => {
    const [certificate, key] = [join(directory, 'renewed.pem'), join(directory, 'renewed.key')];
    await copyFile(ours.server.certificate, certificate);
    await copyFile(ours.server.key, key);
    const address = await serve({ mutual: false, certificate, key });
    await copyFile(others.server.certificate, certificate);
    await vi.waitFor(() => {
      expect(logged.join('')).toContain('can not be used; the one before serves on');
    }, patience);
    expect(await check(address, trusting(ours))).toBe(serving);
    await copyFile(others.server.key, key);
    await vi.waitFor(async () => {
      expect(await check(address, trusting(others))).toBe(serving);
    }, patience);
  });

  it('names the variable of what is no certificate, no key, or not there', async () => {
    const garbage = join(directory, 'garbage.pem');
    await writeFile(garbage, 'garbage');
    await expect(serve({ mutual: false, certificate: join(directory, 'none.pem') })).rejects.toThrow(
      /MAMMOLINE_GRPC_TLS_CERT_FILE names .*none\.pem, which can't be read/,
    );
    await expect(serve({ mutual: false, key: garbage })).rejects.toThrow(/MAMMOLINE_GRPC_TLS_KEY_FILE: expected the PEM/);
    await expect(serve({ mutual: false, key: others.server.key })).rejects.toThrow(/MAMMOLINE_GRPC_TLS_KEY_FILE: expected the PEM/);
    const clients = { MAMMOLINE_TLS_CERT_FILE: ours.client.certificate };
    await expect(openClientCredentials(clients)).rejects.toThrow(/belong together/);
    await expect(openClientCredentials({ MAMMOLINE_TLS_CA_FILE: garbage })).rejects.toThrow(/MAMMOLINE_TLS_CA_FILE: expected the PEM/);
  });
});
