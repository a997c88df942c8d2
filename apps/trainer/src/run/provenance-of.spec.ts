import type { PreparedPair } from '@mammoline/catalogue';
import { tmpdir } from 'node:os';
import { sha256Of } from '@mammoline/kernel';
import { expect, test } from 'vitest';
import { provenanceOf } from './provenance-of.ts';
import { readCodeVersion } from './read-code-version.ts';

const blob = (name: string) => ({ sha256: sha256Of(name), sizeBytes: 1, uri: `cas:${name}` });
const pair = (name: string): PreparedPair => ({ image: blob(name), plain: undefined, masks: [blob(`mask of ${name}`)] });

test('the hash of the data changes with any image or mask, and not with where they lie', () => {
  const hash = (...training: readonly PreparedPair[]): string => provenanceOf({ training, validation: [] }, 'v', []).data.trainingHash;
  const moved = { plain: undefined, image: { ...blob('a'), uri: 's3:elsewhere' }, masks: pair('a').masks };
  expect(hash(moved, pair('b'))).toBe(hash(pair('a'), pair('b')));
  expect(hash(pair('a'), { ...pair('b'), masks: [blob('another')] })).not.toBe(hash(pair('a'), pair('b')));
  expect(hash(pair('a'))).not.toBe(hash(pair('a'), pair('b')));
});

test('the code version is the one that was named, else the commit; outside a repository it is unknown', async () => {
  expect(await readCodeVersion('1.2.3')).toBe('1.2.3');
  expect(await readCodeVersion(undefined, tmpdir())).toBe('unknown');
});
