import { sleep } from '@mammoline/kernel';
import { newTopic, startTestKafka, whyNoKafka } from '@mammoline/testing';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { subscribeToTopics } from './subscribe-to-topics.ts';

const reason = whyNoKafka();

describe.skipIf(reason !== undefined)(`subscribeToTopics${reason === undefined ? '' : `: ${reason}`}`, () => {
  it('waits for a topic that the broker hears of later, and not for ever', { timeout: 240_000 }, async () => {
    const { brokers } = await startTestKafka();
    const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING });
    const [admin, consumer] = [kafka.admin(), kafka.consumer({ groupId: newTopic(), allowAutoTopicCreation: false })];
    try {
      await Promise.all([admin.connect(), consumer.connect()]);
      await expect(subscribeToTopics(consumer, [newTopic()], 0)).rejects.toThrow(/does not host/);
      const topic = newTopic();
      const subscribed = subscribeToTopics(consumer, [topic], 60_000);
      await sleep(300);
      await admin.createTopics({ waitForLeaders: false, topics: [{ topic }] });
      await subscribed;
    } finally {
      await Promise.all([admin.disconnect(), consumer.disconnect()]);
    }
  });
});
