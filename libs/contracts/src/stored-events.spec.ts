import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as events from './events.ts';
import type { EventType } from './event-type.ts';

interface StoredEvent {
  readonly topic: string;
  readonly key: string;
  /** Base64, as version 0.1.0 wrote it; never made anew. */
  readonly payload: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const stored = JSON.parse(readFileSync(new URL('./spec-stored/events-v1.json', import.meta.url), 'utf8')) as readonly StoredEvent[];

const isEventType = (value: unknown): value is EventType<unknown> => typeof value === 'object' && value !== null && 'topic' in value;
const types = new Map(
  Object.values<unknown>(events)
    .filter(isEventType)
    .map((type) => [type.topic, type]),
);

/** Field 1000, a string of one letter: what a later version might add. */
const laterField = [0xc2, 0x3e, 0x01, 0x78];

// In a rolling update, and in topics that keep 30 days, there are events of the version before.
describe('events that version 0.1.0 wrote', () => {
  it.each(stored.map((event, index) => ({ ...event, index })))('$topic ($index) is read', ({ topic, key, payload, data }) => {
    const type = types.get(topic) ?? expect.unreachable(`there is no event ${topic} any more`);
    const read = type.decode(Buffer.from(payload, 'base64'));
    // A later version may know more of an event than the one that wrote it.
    expect(read).toMatchObject(data);
    expect(type.key(read)).toBe(key);
  });

  it.each(stored.map((event, index) => ({ ...event, index })))(
    '$topic ($index) is read with a field of a later version',
    ({ topic, payload, data }) => {
      const bytes = Buffer.concat([Buffer.from(payload, 'base64'), Buffer.from(laterField)]);
      expect(types.get(topic)?.decode(bytes)).toMatchObject(data);
    },
  );

  it('are of every topic that it had', () => {
    expect(new Set(stored.map(({ topic }) => topic)).size).toBe(9);
  });
});
