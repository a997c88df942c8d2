import { newUuid } from '@mammoline/kernel';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Delivery, Transport } from '../transport.ts';
import { openTransport } from './open-transport.fixture.ts';

const patience = { timeout: 10_000, interval: 20 };

describe('a broken queue session', () => {
  let database: TestDatabase;
  let client: Client;
  let transport: Transport;

  beforeAll(async () => {
    database = await createTestDatabase();
    transport = await openTransport(database.url);
    client = new Client({ connectionString: database.url });
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    await transport.close();
    await client.end();
    await database.drop();
  });

  it('joins again, keeps what it has in hand, and is woken as before', async () => {
    const topic = `mammoline.test.${newUuid()}.v1`;
    const release = Promise.withResolvers<undefined>();
    const seen: Delivery[] = [];
    await transport.consume({
      group: 'group',
      topics: [topic],
      concurrency: 2,
      handle: async (delivery) => {
        seen.push(delivery);
        if (seen.length === 1) await release.promise;
        return { kind: 'ack' };
      },
      onFatal: (error) => {
        throw error;
      },
    });
    const publish = (): Promise<void> =>
      transport.publish([
        {
          id: newUuid(),
          topic,
          key: 'key',
          source: '/mammoline/test',
          time: new Date(),
          traceparent: undefined,
          payload: new Uint8Array(),
        },
      ]);
    await publish();
    await vi.waitFor(() => expect(seen).toHaveLength(1), patience);

    const members = `FROM pg_stat_activity WHERE application_name = 'mammoline-queue-member' AND datname = current_database()`;
    const { rowCount } = await client.query(`SELECT pg_terminate_backend(pid) ${members}`);
    expect(rowCount).toBe(1);
    await vi.waitFor(async () => {
      const claims = await client.query<{ member: number; lives: boolean }>(
        `SELECT member, EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = member AND objsubid = 2) AS lives FROM mammoline_queue.claim`,
      );
      expect(claims.rows.map((row) => row.lives)).toEqual([true]);
    }, patience);

    await publish();
    await vi.waitFor(() => expect(seen).toHaveLength(2), patience);
    release.resolve(undefined);
    await vi.waitFor(async () => expect(await transport.depths()).toEqual([{ group: 'group', topic, pending: 0 }]), patience);
    expect(seen.map(({ attempt, signal }) => [attempt, signal.aborted])).toEqual([
      [1, false],
      [1, false],
    ]);
  });
});
