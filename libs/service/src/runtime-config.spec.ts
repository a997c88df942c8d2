import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfig } from './runtime-config.ts';

const needed = { MAMMOLINE_POSTGRES_URL: 'postgres://u:p@h:5432/d', MAMMOLINE_BLOBS_URL: 'file:///blobs' };
const parse = (environment: Record<string, string>) => parseConfig({ ...needed, ...environment }, z.object({})).runtime;

describe('parseConfig', () => {
  it('reads the brokers and the credentials of Kafka', () => {
    const config = parse({
      MAMMOLINE_TRANSPORT: 'kafka',
      MAMMOLINE_KAFKA_BROKERS: 'one:9092, two:9092',
      MAMMOLINE_KAFKA_TLS: 'true',
      MAMMOLINE_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      MAMMOLINE_KAFKA_SASL_USERNAME: 'u',
      MAMMOLINE_KAFKA_SASL_PASSWORD: 'p',
    });
    expect(config).toMatchObject({ MAMMOLINE_KAFKA_BROKERS: ['one:9092', 'two:9092'], MAMMOLINE_KAFKA_TLS: true });
  });

  it('names what the transport kafka and SASL lack, all together', () => {
    const lacking = () => parse({ MAMMOLINE_TRANSPORT: 'kafka', MAMMOLINE_KAFKA_SASL_MECHANISM: 'plain' });
    expect(lacking).toThrow(/KAFKA_BROKERS: missing[^]*SASL_USERNAME: missing[^]*SASL_PASSWORD: missing/);
  });

  it('names what TLS lacks', () => {
    expect(() => parse({ MAMMOLINE_KAFKA_TLS_CERT_FILE: '/cert.pem' })).toThrow(
      /MAMMOLINE_KAFKA_TLS: missing: is needed by MAMMOLINE_KAFKA_TLS_CERT_FILE[^]*KEY_FILE: missing/,
    );
    expect(() => parse({ MAMMOLINE_KAFKA_TLS: 'false', MAMMOLINE_KAFKA_TLS_CA_FILE: '/ca.pem' })).toThrow(
      /MAMMOLINE_KAFKA_TLS: found "false"/,
    );
    expect(parse({ MAMMOLINE_KAFKA_TLS: 'true', MAMMOLINE_KAFKA_TLS_CA_FILE: '/ca.pem' }).MAMMOLINE_KAFKA_TLS_CA_FILE).toBe('/ca.pem');
  });

  it('names what TLS of the gRPC port lacks', () => {
    expect(() => parse({ MAMMOLINE_GRPC_TLS_KEY_FILE: '/key.pem' })).toThrow(
      /MAMMOLINE_GRPC_TLS_CERT_FILE: missing: is needed by .*KEY_FILE/,
    );
    expect(() => parse({ MAMMOLINE_GRPC_TLS_CLIENT_CA_FILE: '/ca.pem' })).toThrow(
      /MAMMOLINE_GRPC_TLS_CERT_FILE: missing: is needed by .*CLIENT_CA_FILE/,
    );
  });

  it('names what authentication lacks', () => {
    const issuer = { MAMMOLINE_AUTH_OIDC_ISSUER: 'https://issuer.example' };
    expect(() => parse(issuer)).toThrow(/AUDIENCE: missing: is needed by[^]*JWKS_URL: missing: .* one of both/);
    expect(() => parse({ MAMMOLINE_AUTH_OIDC_JWKS_FILE: '/keys.json' })).toThrow(/OIDC_ISSUER: missing: is needed by .*JWKS_FILE/);
    const http = { ...issuer, MAMMOLINE_AUTH_OIDC_AUDIENCE: 'm', MAMMOLINE_AUTH_OIDC_JWKS_URL: 'http://issuer.example/keys' };
    expect(() => parse(http)).toThrow(/JWKS_URL: .*expected an https/);
    expect(parse({ ...http, MAMMOLINE_AUTH_OIDC_JWKS_URL: 'https://issuer.example/keys' }).MAMMOLINE_AUTH_OIDC_ROLES_CLAIM).toBe('roles');
  });

  it('repeats no secret in its messages', () => {
    const wrong = () => parseConfig({ ...needed, SOME_PASSWORD: 'hunter2' }, z.object({ SOME_PASSWORD: z.string().min(20) }));
    expect(wrong).toThrow(/SOME_PASSWORD: found a value/);
    expect(() => parse({ MAMMOLINE_POSTGRES_URL: 'postgres:/u:hunter2@h/d' })).toThrow(/POSTGRES_URL: found a value: expected a URL/);
    expect(() => parse({ MAMMOLINE_BLOBS_URL: 's3:/key:hunter2@b', MAMMOLINE_GRPC_ADDRESS: 'grpc://key:hunter2@host' })).toThrow(
      /GRPC_ADDRESS: found "grpc:\/\/\*\*\*@host"/,
    );
  });
});
