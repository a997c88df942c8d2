import { once } from 'node:events';
import { Partitioners } from 'kafkajs';
import type { Fault } from '../fault.ts';

const copied = 'chaos-copy';

export const replicasRace: Fault = {
  name: 'replicas-race',
  title: 'each event at once in two partitions, for two replicas',
  times: 1,
  timesARound: 1,
  inject: async ({ random, groups, subscriptions, over, ended, say }) => {
    const { kafka } = groups;
    const groupId = `chaos-copies-${String(Date.now())}`;
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 20 });
    const admin = kafka.admin();
    await Promise.all([producer.connect(), consumer.connect(), admin.connect()]);
    let copies = 0;
    try {
      const topics = [...new Set(subscriptions.map(({ topic }) => topic))];
      const partitions = new Map((await admin.fetchTopicMetadata({ topics })).topics.map((topic) => [topic.name, topic.partitions.length]));
      await consumer.subscribe({ topics, fromBeginning: false });
      await consumer.run({
        eachMessage: async ({ topic, partition, message: { key, value, headers = {} } }) => {
          if (headers[copied] !== undefined) return;
          const count = partitions.get(topic) ?? 1;
          const other = (partition + random.integer(1, count)) % count;
          await producer.send({ topic, messages: [{ key, value, headers: { ...headers, [copied]: '1' }, partition: other }] });
          copies += 1;
        },
      });
      if (!over.aborted) await once(over, 'abort');
    } finally {
      await Promise.all([producer.disconnect(), consumer.disconnect()]);
      await admin.deleteGroups([groupId]).catch(() => undefined);
      await admin.disconnect();
    }
    say(`${String(copies)} events were copied to other partitions`);
    ended();
  },
};
