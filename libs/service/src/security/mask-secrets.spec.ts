import { describe, expect, it } from 'vitest';
import { createSecretMask, maskUrls } from './mask-secrets.ts';

describe('createSecretMask', () => {
  const mask = createSecretMask({
    MAMMOLINE_POSTGRES_URL: 'postgres://user:p%40ss%22word@host:5432/d',
    MAMMOLINE_KAFKA_SASL_PASSWORD: 'sasl "quoted" secret',
    AWS_SECRET_ACCESS_KEY: 'aws-secret',
    MAMMOLINE_LOG_LEVEL: 'information',
    SHORT_PASSWORD: 'short',
    NONE_PASSWORD: undefined,
  });

  it.each([
    ['connect postgres://user:p%40ss%22word@host:5432/d', 'connect ***'],
    ['found p@ss"word', 'found ***'],
    ['{"input":"p@ss\\"word"}', '{"input":"***"}'],
    ['as p%40ss%22word', 'as ***'],
    ['sasl "quoted" secret', '***'],
    [String.raw`{"m":"sasl \"quoted\" secret"}`, '{"m":"***"}'],
    ['aws-secret.', '***.'],
    ['information in short', 'information in short'],
    ['https://other:unknown@host/path', 'https://***@host/path'],
    ['https://token@host/path https://host/a@b', 'https://***@host/path https://host/a@b'],
  ])('makes %s to %s', (text, expected) => {
    expect(mask(text)).toBe(expected);
  });
});

it('maskUrls leaves what is no user information', () => {
  expect(maskUrls('file:///a/b@c s3://bucket/key@2x http://host:80/?mail=a@b')).toBe(
    'file:///a/b@c s3://bucket/key@2x http://host:80/?mail=a@b',
  );
});
