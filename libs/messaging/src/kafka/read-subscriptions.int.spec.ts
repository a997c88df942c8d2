import { newUuid } from '@mammoline/kernel';
import { newEvent, newTopic, startTestKafka, whyNoKafka } from '@mammoline/testing';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it, vi } from 'vitest';
import { openTransport } from './open-transport.fixture.ts';
import { readSubscriptions } from './read-subscriptions.ts';

const reason = whyNoKafka();

describe.skipIf(reason !== undefined)(`depths of Kafka${reason === undefined ? '' : `: ${reason}`}`, () => {
  it('count what waits for a group that has taken and committed nothing of its topic yet', async () => {
    const { brokers } = await startTestKafka();
    const transport = await openTransport(brokers);
    const [topic, group] = [newTopic(), `spec-${newUuid()}`];
    await transport.publish([newEvent(topic), newEvent(topic)]);
    // A member that has joined, and sits on what it got.
    const kafka = new Kafka({ brokers: [brokers], clientId: 'spec', logLevel: logLevel.NOTHING });
    const member = kafka.consumer({ groupId: group, maxWaitTimeInMs: 200 });
    await member.connect();
    await member.subscribe({ topics: [topic], fromBeginning: true });
    const joined = new Promise((resolve) => member.on(member.events.GROUP_JOIN, resolve));
    void member.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: () => Promise.resolve() });
    await joined;
    const pending = async () => (await transport.depths()).filter((it) => it.group === group && it.topic === topic).map((it) => it.pending);
    await vi.waitFor(async () => {
      expect(await pending()).toEqual([2]);
    }, 30_000);
    await member.disconnect();
    await transport.close();
  });
});

it('of members that are sorting themselves out are the fallback, and of none nothing', async () => {
  const member = { clientHost: '', clientId: '', memberId: 'm', memberAssignment: Buffer.alloc(0), memberMetadata: Buffer.alloc(0) };
  const about = { errorCode: 0, protocol: '', protocolType: 'consumer' };
  const groups = [
    { ...about, groupId: 'moving', state: 'PreparingRebalance' as const, members: [member] },
    { ...about, groupId: 'gone', state: 'Empty' as const, members: [] },
  ];
  const found = await readSubscriptions({ describeGroups: () => Promise.resolve({ groups }) }, ['moving', 'gone'], ['a', 'b']);
  expect([...found]).toEqual([['moving', ['a', 'b']]]);
});
