import type { Admin } from 'kafkajs';

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Messages behind the group's committed offset. */
  readonly lag: number;
  /** Those of them that the group has not finished. */
  readonly pending: number;
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

/** What goes with a committed offset, the lowest unfinished one: how many messages after it are finished nevertheless. */
export const toCommitMetadata = (finishedBeyond: number): string => `finished beyond: ${String(finishedBeyond)}`;

const finishedBeyond = (metadata: string | null): number => Number(/^finished beyond: (\d+)$/.exec(metadata ?? '')?.[1] ?? 0);

/** Of all events of the project; a service may take others too. */
export const isOurs = (topic: string): boolean => topic.startsWith('mammoline.');

/** What a group has before it in each partition of `topics`, or of our own topics in which it has committed something. */
export async function readLag(admin: Admin, group: string, endsOf: EndsOf, topics?: readonly string[]): Promise<readonly PartitionLag[]> {
  const committed = await admin.fetchOffsets({ groupId: group, ...(topics !== undefined && { topics: [...topics] }) });
  const lags: PartitionLag[] = [];
  for (const { topic, partitions } of committed.filter((it) => topics !== undefined || isOurs(it.topic))) {
    for (const { partition, low, high } of await endsOf(topic)) {
      const { offset, metadata } = partitions.find((it) => it.partition === partition) ?? { offset: '-1', metadata: null };
      // -1: nothing committed; an offset below the lowest: its messages are past their retention.
      const from = Math.max(Number(low), Number(offset));
      const lag = Math.max(0, Number(high) - from);
      lags.push({ topic, partition, lag, pending: from === Number(offset) ? Math.max(0, lag - finishedBeyond(metadata)) : lag });
    }
  }
  return lags;
}
