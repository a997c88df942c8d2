import { describe, expect, it } from 'vitest';
import { readStaticTokens } from './static-tokens.ts';

const [one, other] = ['one-one-one-one-one-one-one', 'other-other-other-other-other'];
const fileOf = (...tokens: readonly unknown[]): string => JSON.stringify({ tokens });

describe('readStaticTokens', () => {
  it('finds who a token is of, and nobody for another', () => {
    const find = readStaticTokens(
      fileOf({ token: one, subject: 'gateway', roles: ['ingest'] }, { token: other, subject: 'desk', roles: ['reader', 'train'] }),
    );
    expect(find(one)).toEqual({ subject: 'gateway', roles: new Set(['ingest']) });
    expect(find(other)).toEqual({ subject: 'desk', roles: new Set(['reader', 'train']) });
    expect(find(`${one}x`)).toBeUndefined();
    expect(find('')).toBeUndefined();
  });

  it.each([
    [fileOf({ token: 'short-hunter2', subject: 's', roles: ['reader'] }), /tokens\.0\.token: expected at least 24 characters/],
    [fileOf({ token: one, subject: 's', roles: ['hunter2'] }), /tokens\.0\.roles\.0: not what is expected/],
    [fileOf({ token: one, subject: 's', roles: [] }), /tokens\.0\.roles/],
    [`{"tokens": [hunter2`, /expected \{"tokens"/],
  ])('says where %s is wrong, and repeats nothing of it', (text, message) => {
    expect(() => readStaticTokens(text)).toThrow(message);
    expect(() => readStaticTokens(text)).not.toThrow(/hunter2/);
  });
});
