import { Failure, invalid } from '@mammoline/kernel';
import { openKafkaTransport, openPostgresTransport, type KafkaTransportOptions, type Transport } from '@mammoline/messaging';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { KafkaVariables } from './kafka-variables.ts';
import type { RuntimeConfig } from './runtime-config.ts';

/** Opens the transport that the configuration names. */
export async function openTransport(serviceName: string, config: RuntimeConfig, log: Logger): Promise<Transport> {
  switch (config.MAMMOLINE_TRANSPORT) {
    case 'postgres':
      return openPostgresTransport({ url: config.MAMMOLINE_POSTGRES_URL, log });
    case 'kafka':
      return openKafkaTransport({
        brokers: config.MAMMOLINE_KAFKA_BROKERS ?? [],
        clientId: `mammoline-${serviceName}`,
        ...(await tlsOf(config)),
        ...saslOf(config),
        log,
      }).catch((error: unknown) => {
        throw nameVariables(error);
      });
  }
}

/** What the transport says of an option, with the variables that set it. */
function nameVariables(error: unknown): unknown {
  if (!(error instanceof Failure) || (error.field !== 'sasl' && error.field !== 'tls')) return error;
  const prefix = `MAMMOLINE_KAFKA_${error.field.toUpperCase()}`;
  const names = error.field === 'sasl' ? ['_MECHANISM', '_USERNAME', '_PASSWORD'] : ['', '_CA_FILE', '_CERT_FILE', '_KEY_FILE'];
  return invalid(`${error.message}; look at ${names.map((name) => prefix + name).join(', ')}`, { cause: error.cause, field: error.field });
}

async function tlsOf(config: KafkaVariables): Promise<Pick<KafkaTransportOptions, 'tls'>> {
  if (!config.MAMMOLINE_KAFKA_TLS) return {};
  const read = async (name: `MAMMOLINE_KAFKA_TLS_${'CA' | 'CERT' | 'KEY'}_FILE`): Promise<string | undefined> => {
    const file = config[name];
    if (file === undefined) return undefined;
    return readFile(file, 'utf8').catch((cause: unknown) => {
      throw invalid(`${name} names ${file}, which can't be read`, { cause });
    });
  };
  const [ca, cert, key] = await Promise.all([
    read('MAMMOLINE_KAFKA_TLS_CA_FILE'),
    read('MAMMOLINE_KAFKA_TLS_CERT_FILE'),
    read('MAMMOLINE_KAFKA_TLS_KEY_FILE'),
  ]);
  return { tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && key !== undefined && { cert, key }) } };
}

function saslOf(config: KafkaVariables): Pick<KafkaTransportOptions, 'sasl'> {
  const mechanism = config.MAMMOLINE_KAFKA_SASL_MECHANISM;
  if (mechanism === undefined) return {};
  // The configuration has both where it has a mechanism.
  const credentials = { username: config.MAMMOLINE_KAFKA_SASL_USERNAME ?? '', password: config.MAMMOLINE_KAFKA_SASL_PASSWORD ?? '' };
  switch (mechanism) {
    case 'plain':
      return { sasl: { mechanism, ...credentials } };
    case 'scram-sha-256':
      return { sasl: { mechanism, ...credentials } };
    case 'scram-sha-512':
      return { sasl: { mechanism, ...credentials } };
  }
}
