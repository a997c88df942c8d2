import { acking, newEvent, startTestKafka, stopTestKafka, type TestKafka, whyNoKafka } from '@mammoline/testing';
import kafkajs, { Kafka, logLevel, type AclEntry, type AclOperationTypes, type AclResourceTypes } from 'kafkajs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Delivery, Transport } from '../transport.ts';
import { openKafkaTransport, type KafkaTransportOptions } from './open-kafka-transport.ts';
import { throwing } from './throwing.fixture.ts';

const reason = whyNoKafka();

describe.skipIf(reason !== undefined)(
  `transport kafka on a secured broker${reason === undefined ? '' : `: ${reason}`}`,
  { timeout: 120_000 },
  () => {
    let directory: string;
    let broker: TestKafka;
    let listeners: NonNullable<TestKafka['secured']>['listeners'];
    let tls: { readonly ca: string; readonly cert: string; readonly key: string };

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'mammoline-kafka-'));
      broker = await startTestKafka(directory, { secured: true });
      if (broker.secured === undefined) throw new Error('the broker is not secured');
      const { certificates } = broker.secured;
      listeners = broker.secured.listeners;
      const read = (name: string): Promise<string> => readFile(join(certificates, name), 'utf8');
      tls = { ca: await read('ca.pem'), cert: await read('client.pem'), key: await read('client.key') };
    }, 240_000);
    afterAll(async () => {
      await stopTestKafka(directory, 'kill');
      await rm(directory, { recursive: true, force: true });
    });

    const open = (address: string, options: Partial<KafkaTransportOptions>): Promise<Transport> =>
      openKafkaTransport({ brokers: [address], clientId: 'spec', log: pino({ level: 'silent' }), sessionTimeoutMs: 10_000, ...options });
    const admin = (password = 'admin-secret') => ({ username: 'admin', password });
    const travels = async (transport: Transport): Promise<void> => {
      const seen: Delivery[] = [];
      const event = newEvent('mammoline.dicom.received.v1');
      await transport.consume({
        group: 'mammoline-secured',
        topics: [event.topic],
        concurrency: 1,
        handle: acking(seen),
        onFatal: throwing,
      });
      await transport.publish([event]);
      await vi.waitFor(
        () => {
          expect(seen.map(({ event: { id } }) => id)).toContain(event.id);
        },
        { timeout: 20_000 },
      );
    };

    it('comes in over TLS with the authority that signed the broker, and not without', async () => {
      const transport = await open(listeners.SASL_TLS, { tls: { ca: tls.ca }, sasl: { mechanism: 'plain', ...admin() } });
      await travels(transport);
      await transport.close();
      await Promise.all([
        expect(open(listeners.TLS, { tls: {} })).rejects.toMatchObject({ kind: 'invalid', field: 'tls' }),
        expect(open(listeners.TLS, {})).rejects.toThrow(/closes connections/),
        expect(open(broker.brokers, { tls: { ca: tls.ca } })).rejects.toMatchObject({ field: 'tls' }),
      ]);
    });

    it('comes in with a certificate of its own where the broker asks for one, and not without', async () => {
      const transport = await open(listeners.MTLS, { tls });
      await travels(transport);
      await transport.close();
      await expect(open(listeners.MTLS, { tls: { ca: tls.ca } })).rejects.toMatchObject({ kind: 'invalid', field: 'tls' });
    });

    it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('comes in by %s with the right password alone', async (mechanism) => {
      const transport = await open(listeners.SASL, { sasl: { mechanism, ...admin() } });
      await travels(transport);
      await transport.close();
      const refused = open(listeners.SASL, { sasl: { mechanism, ...admin('guessed') } });
      await expect(refused).rejects.toMatchObject({ kind: 'invalid', field: 'sasl' });
      await expect(refused).rejects.not.toThrow(/guessed/);
    });

    it('names the topics that a user without rights lacks, and works with those of a service', async () => {
      const service = { sasl: { mechanism: 'scram-sha-512', username: 'service', password: 'service-secret' } } as const;
      const refused = open(listeners.SASL, service);
      await expect(refused).rejects.toMatchObject({ kind: 'invalid' });
      await expect(refused).rejects.toThrow(/missing, or hidden[^]*mammoline\.mask\.merged\.v1\.dlq: 1 partitions, .*retention\.ms=/);

      // Another made them: what is left are the rights of a service. The plain listener is the administrator's.
      await (await open(broker.brokers, {})).close();
      const allow = (resourceType: AclResourceTypes, resourceName: string, operation: AclOperationTypes): AclEntry => ({
        principal: 'User:service',
        host: '*',
        permissionType: kafkajs.AclPermissionTypes.ALLOW,
        resourcePatternType: kafkajs.ResourcePatternTypes.PREFIXED,
        resourceType,
        resourceName,
        operation,
      });
      const kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING });
      const rights = kafka.admin();
      await rights.connect();
      await rights.createAcls({
        acl: [
          allow(kafkajs.AclResourceTypes.TOPIC, 'mammoline.', kafkajs.AclOperationTypes.READ),
          allow(kafkajs.AclResourceTypes.TOPIC, 'mammoline.', kafkajs.AclOperationTypes.WRITE),
          allow(kafkajs.AclResourceTypes.GROUP, 'mammoline-', kafkajs.AclOperationTypes.READ),
        ],
      });
      await rights.disconnect();
      const transport = await vi.waitFor(() => open(listeners.SASL, service), { timeout: 20_000 });
      await travels(transport);
      expect(await transport.depths()).toContainEqual(expect.objectContaining({ group: 'mammoline-secured', pending: 0 }));
      await transport.close();
    });
  },
);
