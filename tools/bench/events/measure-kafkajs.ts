import { newUuid, sleep } from '@mammoline/kernel';
import { Kafka, logLevel, Partitioners, type EachBatchPayload, type Producer } from 'kafkajs';
import { summarise, type Delays } from './summarise.ts';

const partitions = 6;
const batchSize = 100;
const tickMs = 10;

export interface KafkajsNumbers {
  readonly producedPerSecond: number;
  readonly consumedPerSecond: number;
  readonly delays: Delays;
}

/** kafkajs with nothing around it, on the topics that ours would have: what it produces and consumes a second, and the delay between the two under a steady load. */
export async function measureKafkajs(
  brokers: string,
  options: { readonly events: number; readonly sizeBytes: number; readonly perSecond: number; readonly seconds: number },
): Promise<KafkajsNumbers> {
  const kafka = new Kafka({ brokers: brokers.split(','), clientId: 'bench-kafkajs', logLevel: logLevel.NOTHING });
  const topic = `bench-${newUuid()}`;
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 250 });
  await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false });
    await sleep(1000);
    const producedPerSecond = await produce(producer, topic, options);

    let firstMs = 0;
    let consumed = 0;
    const delaysMs: number[] = [];
    const all = Promise.withResolvers<number>();
    consumer.on(consumer.events.GROUP_JOIN, () => {
      firstMs = Date.now();
    });
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachBatch: ({ batch }: EachBatchPayload) => {
        const nowMs = Date.now();
        for (const { value } of batch.messages)
          if (consumed >= options.events) delaysMs.push(nowMs - (value?.readDoubleLE(0) ?? 0));
          else consumed += 1;
        if (consumed >= options.events) all.resolve((options.events * 1000) / (nowMs - firstMs));
        return Promise.resolve();
      },
    });
    const consumedPerSecond = await all.promise;
    await sendSteadily(producer, topic, options);
    await sleep(1000);
    return { producedPerSecond, consumedPerSecond, delays: summarise(delaysMs) };
  } finally {
    await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  }
}

const messages = (count: number, sizeBytes: number) =>
  Array.from({ length: count }, () => {
    const value = Buffer.alloc(sizeBytes);
    value.writeDoubleLE(Date.now(), 0);
    return { key: newUuid(), value };
  });

async function produce(
  producer: Producer,
  topic: string,
  { events, sizeBytes }: { readonly events: number; readonly sizeBytes: number },
): Promise<number> {
  const startMs = performance.now();
  for (let from = 0; from < events; from += batchSize)
    await producer.send({ topic, acks: -1, messages: messages(Math.min(batchSize, events - from), sizeBytes) });
  return (events * 1000) / (performance.now() - startMs);
}

async function sendSteadily(
  producer: Producer,
  topic: string,
  options: { readonly perSecond: number; readonly seconds: number; readonly sizeBytes: number },
): Promise<void> {
  const startMs = performance.now();
  let sent = 0;
  for (let elapsedMs = 0; elapsedMs < options.seconds * 1000; elapsedMs = performance.now() - startMs) {
    const due = Math.floor((elapsedMs / 1000) * options.perSecond) - sent;
    if (due > 0) await producer.send({ topic, acks: -1, messages: messages(due, options.sizeBytes) });
    sent += Math.max(0, due);
    await sleep(tickMs);
  }
}
