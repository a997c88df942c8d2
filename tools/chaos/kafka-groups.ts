import { describeError } from '@mammoline/kernel';
import { Kafka, logLevel, type Admin } from 'kafkajs';

/** What Kafka says of the stages' consumer groups. */
export interface KafkaGroups {
  /** What is wanting to all groups being stable with all their members; undefined where nothing is. */
  readonly wanting: (groups: readonly string[], members: number) => Promise<string | undefined>;
  /** Events that the groups have not acknowledged. */
  readonly lag: (groups: readonly string[]) => Promise<number>;
  /** Messages that a topic ever got. */
  readonly written: (topic: string) => Promise<number>;
  readonly kafka: Kafka;
  readonly close: () => Promise<void>;
}

export async function openKafkaGroups(brokers: string): Promise<KafkaGroups> {
  const kafka = new Kafka({
    brokers: brokers.split(','),
    clientId: 'chaos',
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 2000 },
  });
  const admin = kafka.admin();
  await admin.connect();
  return {
    wanting: async (groups, members) => {
      try {
        const described = await admin.describeGroups([...groups]);
        const wrong = described.groups.filter((group) => group.state !== 'Stable' || group.members.length !== members);
        if (wrong.length === 0) return undefined;
        return wrong
          .map((group) => `group ${group.groupId} is ${group.state} with ${String(group.members.length)} of ${String(members)} members`)
          .join(', ');
      } catch (error) {
        return `Kafka does not answer: ${describeError(error)}`;
      }
    },
    lag: async (groups) => {
      let sum = 0;
      for (const groupId of groups) {
        for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
          const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]));
          for (const { partition, offset } of partitions) sum += (ends.get(partition) ?? 0) - Math.max(0, Number(offset));
        }
      }
      return sum;
    },
    written: (topic) => written(admin, topic),
    kafka,
    close: () => admin.disconnect(),
  };
}

async function written(admin: Admin, topic: string): Promise<number> {
  return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
}
