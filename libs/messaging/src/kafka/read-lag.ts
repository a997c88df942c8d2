import type { Admin } from 'kafkajs';

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Offset that the next message of the partition gets. */
  readonly end: number;
  /** Messages that the group has not finished. */
  readonly lag: number;
}

/** Ends of topics, asked once each. */
export type EndsOf = (topic: string) => ReturnType<Admin['fetchTopicOffsets']>;

export function readEnds(admin: Admin): EndsOf {
  const asked = new Map<string, ReturnType<EndsOf>>();
  return (topic) => {
    const known = asked.get(topic) ?? admin.fetchTopicOffsets(topic);
    asked.set(topic, known);
    return known;
  };
}

/** What a group has before it, in the partitions where it has committed something, or in all those of `topics`. */
export async function readLag(admin: Admin, group: string, endsOf: EndsOf, topics?: readonly string[]): Promise<readonly PartitionLag[]> {
  const committed = await admin.fetchOffsets({ groupId: group, ...(topics !== undefined && { topics: [...topics] }) });
  const lags: PartitionLag[] = [];
  for (const { topic, partitions } of committed.filter((it) => it.topic.startsWith('mammoline.'))) {
    const ends = new Map((await endsOf(topic)).map((it) => [it.partition, { low: Number(it.low), end: Number(it.high) }]));
    for (const { partition, offset } of partitions) {
      const { low, end } = ends.get(partition) ?? { low: 0, end: 0 };
      lags.push({ topic, partition, end, lag: Math.max(0, end - Math.max(low, Number(offset))) });
    }
  }
  return lags;
}
