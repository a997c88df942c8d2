import { startTestKafka, stopTestKafka, whyNoKafka, type TestKafka } from '@mammoline/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTransport } from './open-transport.ts';
import { parseConfig } from './runtime-config.ts';

const reason = whyNoKafka();

describe.skipIf(reason !== undefined)(
  `openTransport on a secured Kafka${reason === undefined ? '' : `: ${reason}`}`,
  { timeout: 120_000 },
  () => {
    let directory: string;
    let secured: NonNullable<TestKafka['secured']>;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'mammoline-kafka-'));
      const broker = await startTestKafka(directory, { secured: true });
      if (broker.secured === undefined) throw new Error('the broker is not secured');
      secured = broker.secured;
    }, 240_000);
    afterAll(async () => {
      await stopTestKafka(directory, 'kill');
      await rm(directory, { recursive: true, force: true });
    });

    const open = async (brokers: string, changes: Readonly<Record<string, string>>): Promise<void> => {
      const environment = {
        MAMMOLINE_POSTGRES_URL: 'postgres://u:p@h:5432/d',
        MAMMOLINE_BLOBS_URL: 'file:///blobs',
        MAMMOLINE_TRANSPORT: 'kafka',
        MAMMOLINE_KAFKA_BROKERS: brokers,
        ...changes,
      };
      const transport = await openTransport('spec', parseConfig(environment, z.object({})).runtime, pino({ level: 'silent' }));
      await transport.ping(5000);
      await transport.close();
    };
    const file = (name: string): string => join(secured.certificates, name);
    const authority = () => ({ MAMMOLINE_KAFKA_TLS: 'true', MAMMOLINE_KAFKA_TLS_CA_FILE: file('ca.pem') });

    it('uses the certificates and credentials that the variables name', async () => {
      await open(secured.listeners.MTLS, {
        ...authority(),
        MAMMOLINE_KAFKA_TLS_CERT_FILE: file('client.pem'),
        MAMMOLINE_KAFKA_TLS_KEY_FILE: file('client.key'),
      });
      await open(secured.listeners.SASL_TLS, {
        ...authority(),
        MAMMOLINE_KAFKA_SASL_MECHANISM: 'scram-sha-512',
        MAMMOLINE_KAFKA_SASL_USERNAME: 'admin',
        MAMMOLINE_KAFKA_SASL_PASSWORD: 'admin-secret',
      });
    });

    it('names the variables to look at where Kafka refuses', async () => {
      const sasl = {
        MAMMOLINE_KAFKA_SASL_MECHANISM: 'plain',
        MAMMOLINE_KAFKA_SASL_USERNAME: 'admin',
        MAMMOLINE_KAFKA_SASL_PASSWORD: 'guessed',
      };
      await Promise.all([
        expect(open(secured.listeners.SASL, sasl)).rejects.toThrow(/refuses these credentials.*look at .*MAMMOLINE_KAFKA_SASL_PASSWORD/),
        expect(open(secured.listeners.MTLS, authority())).rejects.toThrow(/look at .*MAMMOLINE_KAFKA_TLS_CERT_FILE/),
        expect(open(secured.listeners.TLS, { MAMMOLINE_KAFKA_TLS: 'true' })).rejects.toThrow(/self-signed.*MAMMOLINE_KAFKA_TLS_CA_FILE/),
        expect(open(secured.listeners.TLS, { ...authority(), MAMMOLINE_KAFKA_TLS_CA_FILE: '/nowhere.pem' })).rejects.toThrow(
          'MAMMOLINE_KAFKA_TLS_CA_FILE names /nowhere.pem',
        ),
      ]);
    });
  },
);
