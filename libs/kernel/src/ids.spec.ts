import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveUuid, newUuid, parseSha256, parseUuid, sha256Of } from './ids.ts';
import { stableJson } from './stable-json.ts';

test('a derived id is a UUID that depends on its parts and on where they are parted', () => {
  expect(deriveUuid('view', 'P_00001')).toBe(deriveUuid('view', 'P_00001'));
  expect(deriveUuid('ab', 'c')).not.toBe(deriveUuid('a', 'bc'));
  expect(deriveUuid('a;1:b')).not.toBe(deriveUuid('a', 'b'));
  fc.assert(fc.property(fc.array(fc.string()), (parts) => parseUuid(deriveUuid(...parts)).charAt(14) === '8'));
  // Catalogues hold such ids for ever.
  expect(deriveUuid('abnormality', 'P_1234567_LEFT_CC', 'MASS', 199_999)).toBe('9a3e691d-92e3-8437-b4e7-659849065b98');
});

test('ids are parsed strictly, and the field at fault is named', () => {
  expect(parseUuid(newUuid())).toHaveLength(36);
  expect(() => parseUuid('nonsense', 'run_id')).toThrow(expect.objectContaining({ kind: 'invalid', field: 'run_id' }) as Error);
  expect(parseSha256(sha256Of('x'))).toHaveLength(64);
  expect(() => parseSha256('ABC')).toThrow(/found "ABC", expected 64/);
});

test('stable JSON does not depend on the order of keys, at any depth, and keeps that of arrays', () => {
  expect(stableJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  expect(stableJson([2, 1])).not.toBe(stableJson([1, 2]));
});
