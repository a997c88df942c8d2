import { writeFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openGreeters, type Greeters } from './start-greeter.fixture.ts';

/** What no output may show. */
const secret = 'hunter2-Of-Ours';

describe('a service with a wrong configuration that has secrets in it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mammoline-secrets-'));
  const tokens = join(directory, 'tokens.json');
  let database: TestDatabase;
  let greeters: Greeters;
  beforeAll(async () => {
    database = await createTestDatabase();
    greeters = await openGreeters(() => database.url);
    await writeFile(tokens, `{"tokens": [{"token": "${secret}", "subject": "${secret}", "roles": ["${secret}"]}]}`);
  });
  afterEach(() => greeters.killAll());
  afterAll(async () => {
    await greeters.remove();
    await database.drop();
    rmSync(directory, { recursive: true });
  });

  const ofStranger = (): string => {
    const url = new URL(database.url);
    url.username = 'nobody';
    url.password = secret;
    return url.href;
  };

  it.each<[string, () => Record<string, string>, number, RegExp]>([
    ['no URL of Postgres', () => ({ MAMMOLINE_POSTGRES_URL: `postgre://u:${secret}@h/d` }), 78, /MAMMOLINE_POSTGRES_URL: found a value/],
    ['a port that is none', () => ({ MAMMOLINE_POSTGRES_URL: `postgres://u:${secret}@127.0.0.1:port/d` }), 1, /greeter failed/],
    ['a Postgres that is not there', () => ({ MAMMOLINE_POSTGRES_URL: `postgres://u:${secret}@127.0.0.1:1/d` }), 1, /greeter failed/],
    ['a user whom Postgres does not know', () => ({ MAMMOLINE_POSTGRES_URL: ofStranger() }), 1, /greeter failed/],
    ['a store that is none', () => ({ MAMMOLINE_LOG: 'pretty', MAMMOLINE_BLOBS_URL: `s4://key:${secret}@bucket` }), 1, /greeter failed/],
    [
      'a wrong address beside a secret',
      () => ({ MAMMOLINE_GRPC_ADDRESS: `http://u:${secret}@h`, MAMMOLINE_KAFKA_SASL_PASSWORD: secret }),
      78,
      /GRPC_ADDRESS/,
    ],
    ['a damaged file of tokens', () => ({ MAMMOLINE_AUTH_TOKENS_FILE: tokens }), 1, /MAMMOLINE_AUTH_TOKENS_FILE names/],
  ])('does not show them: %s', async (_name, environment, exitCode, says) => {
    const greeter = greeters.start({ MAMMOLINE_LOG_LEVEL: 'trace', ...environment() });
    expect(await greeter.exit(), greeter.output.text).toBe(exitCode);
    expect(greeter.output.text).toMatch(says);
    expect(greeter.output.text).not.toContain(secret);
  });
});
