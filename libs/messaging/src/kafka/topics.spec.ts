import { describe, expect, it } from 'vitest';
import { ensureTopics } from './topics.ts';

const cluster = { brokers: [{ nodeId: 1, host: 'h', port: 1 }], controller: 1, clusterId: 'c' };

describe('ensureTopics', () => {
  it('names what is missing where it may not be made', async () => {
    const refusal = Object.assign(new Error('not authorized'), { type: 'TOPIC_AUTHORIZATION_FAILED' });
    const admin = {
      listTopics: () => Promise.resolve(['mammoline.a.v1', 'mammoline.a.v1.dlq', 'mammoline.b.v1']),
      describeCluster: () => Promise.resolve(cluster),
      createTopics: () => Promise.reject(refusal),
      fetchTopicMetadata: () => Promise.resolve({ topics: [] }),
    };
    const ensured = ensureTopics(admin, ['mammoline.a.v1', 'mammoline.b.v1']);
    await expect(ensured).rejects.toMatchObject({ kind: 'invalid' });
    await expect(ensured).rejects.toThrow(/missing[^]*mammoline\.b\.v1\.dlq: 1 partitions, .*retention\.ms=/);
    await expect(ensured).rejects.not.toThrow(/mammoline\.a|mammoline\.b\.v1:/);
  });
});
