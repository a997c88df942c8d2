import { sleep } from '@mammoline/kernel';
import type { Consumer } from 'kafkajs';
import { isUnknownTopic } from './kafka-errors.ts';

const retryMs = 100;

/**
 * Subscribes to topics from their beginning, also where the broker that is asked has not heard of them yet: kafkajs asks any of them, and tries that once.
 * @param withinMs how long a topic may be unknown
 */
export async function subscribeToTopics(consumer: Pick<Consumer, 'subscribe'>, topics: readonly string[], withinMs: number): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    try {
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      return;
    } catch (error) {
      if (!isUnknownTopic(error) || Date.now() > deadlineMs) throw error;
      await sleep(retryMs);
    }
  }
}
