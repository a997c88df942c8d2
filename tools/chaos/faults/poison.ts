import { newUuid, sleep } from '@mammoline/kernel';
import { withClient } from '@mammoline/testing/pipeline';
import { Partitioners, type Message } from 'kafkajs';
import type { Fault } from '../fault.ts';

const nonsense = (size: number): Buffer => Buffer.alloc(size, 'poison ');

/** What others might write to our topics. */
const kinds: readonly (() => Message)[] = [
  () => ({ key: 'poison', value: nonsense(100) }),
  () => ({ key: null, value: null }),
  () => ({ key: 'P_00001_LEFT_CC', value: null }),
  () => ({ key: Buffer.from([0xff, 0xfe, 0x00]), value: Buffer.from([0xff]) }),
  () => ({ key: 'poison', value: nonsense(900_000) }),
  () => ({ key: 'poison', value: nonsense(10), headers: { ce_id: 'no id', ce_time: 'never', traceparent: 'none', ce_type: '\u0000' } }),
  () => ({
    key: 'poison',
    value: nonsense(10),
    headers: { ce_specversion: '1.0', ce_id: newUuid(), ce_source: '/elsewhere', ce_time: new Date().toISOString() },
  }),
];

export const poison: Fault = {
  name: 'poison',
  title: '1 % poison messages, and an event that is too large to send',
  times: 1,
  timesARound: 1,
  inject: async ({ random, infrastructure, groups, subscriptions, over, untilDone, standing, plant, ended, say }) => {
    await untilDone(0.02);
    const [topic, ...others] = [...new Set(subscriptions.map((it) => it.topic))];
    if (topic === undefined) throw new Error('no stage subscribes to a topic');
    const producer = groups.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    let sent = 0;
    const send = async (kind: number): Promise<void> => {
      const to = random.pick([topic, ...others]);
      const message = kinds[kind % kinds.length]?.();
      if (message === undefined) return;
      plant({ topic: to, deadLetters: subscriptions.filter((it) => it.topic === to).length });
      await producer.send({ topic: to, messages: [message] });
      sent += 1;
    };
    const eventId = newUuid();
    plant({ topic, deadLetters: 0, eventId });
    await withClient(infrastructure.postgresUrl(), (client) =>
      client.query(`INSERT INTO "Outbox" (id, topic, key, source, payload) VALUES ($1, $2, 'poison', '/elsewhere', $3)`, [
        eventId,
        topic,
        nonsense(3_000_000),
      ]),
    );
    try {
      for (let kind = 0; kind < kinds.length; kind += 1) await send(kind);
      while (!over.aborted) {
        if (sent < (await standing()).taken / 100) await send(random.integer(0, kinds.length));
        await sleep(200, over).catch(() => undefined);
      }
    } finally {
      await producer.disconnect();
    }
    say(`${String(sent)} poison messages`);
    ended();
  },
};
