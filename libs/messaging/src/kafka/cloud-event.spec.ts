import { newUuid } from '@mammoline/kernel';
import type { KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { fromKafkaMessage, toKafkaMessage } from './cloud-event.ts';

const topic = 'mammoline.image.catalogued.v1';
const foreign: KafkaMessage = {
  key: null,
  value: Buffer.from('anything'),
  timestamp: '1714979289123',
  attributes: 0,
  offset: '17',
  headers: { ce_id: Buffer.from('not a uuid'), ce_time: Buffer.from('yesterday') },
};

describe('CloudEvents on Kafka', () => {
  it('has the attributes of CloudEvents 1.0 in headers and the data in the value', () => {
    const event = {
      id: newUuid(),
      topic,
      key: 'P_00001_LEFT_CC',
      source: '/mammoline/restructurer',
      time: new Date('2024-05-06T07:08:09.123Z'),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      payload: new Uint8Array([1, 2]),
    };
    expect(toKafkaMessage(event)).toEqual({
      key: event.key,
      value: Buffer.from([1, 2]),
      headers: {
        ce_specversion: '1.0',
        ce_id: event.id,
        ce_source: event.source,
        ce_type: topic,
        ce_time: '2024-05-06T07:08:09.123Z',
        'content-type': 'application/protobuf',
        traceparent: event.traceparent,
      },
    });
  });

  it('carries extension attributes beside them', () => {
    const event = {
      id: newUuid(),
      topic,
      key: 'P_00001_LEFT_CC',
      source: '/mammoline/restructurer',
      time: new Date('2024-05-06T07:08:09.123Z'),
      traceparent: undefined,
      extensions: { errorkind: 'bug', attempts: '3' },
      payload: new Uint8Array([1, 2]),
    };
    const { headers, key, value } = toKafkaMessage(event);
    expect(headers).toMatchObject({ ce_errorkind: 'bug', ce_attempts: '3', ce_type: topic });
    const received = Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, Buffer.from(String(text))]));
    const message = { ...foreign, key: Buffer.from(String(key)), value: Buffer.from(String(value)), headers: received };
    expect(fromKafkaMessage(topic, 0, message)).toEqual(event);
  });

  it.each([
    ['no headers, no key, no value: a tombstone', { headers: {}, key: null, value: null, timestamp: '1714979289123' }],
    ['a time that no calendar has', { headers: { ce_time: Buffer.from('+275760-09-13T00:00:00.000Z') }, timestamp: '9223372036854775807' }],
    ['bytes that are no text', { key: Buffer.from([0xff, 0x00, 0xfe]), headers: { ce_source: Buffer.from([0xc3, 0x28]) } }],
    ['the same header twice', { headers: { ce_id: [Buffer.from('a'), Buffer.from('b')] } }],
  ])('makes an event of %s', (_what, parts) => {
    const event = fromKafkaMessage(topic, 0, { ...foreign, ...parts });
    expect(() => event.time.toISOString()).not.toThrow();
    expect(event.time.getUTCFullYear()).toBeLessThan(2100);
    expect(event.key.isWellFormed() && event.source.isWellFormed()).toBe(true);
  });

  it("makes an event of a stranger's message, always with the same id, so that its stage can refuse it", () => {
    const event = fromKafkaMessage(topic, 2, foreign);
    expect(event).toMatchObject({ topic, key: '', source: '/unknown', time: new Date(1714979289123), traceparent: undefined });
    expect(fromKafkaMessage(topic, 2, foreign).id).toBe(event.id);
    expect(fromKafkaMessage(topic, 3, foreign).id).not.toBe(event.id);
    expect(fromKafkaMessage(topic, 2, { ...foreign, timestamp: '1714979289124' }).id).not.toBe(event.id);
  });
});
