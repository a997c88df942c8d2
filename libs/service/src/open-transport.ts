import { openKafkaTransport, openPostgresTransport, type KafkaTransportOptions, type Transport } from '@mammoline/messaging';
import type { Logger } from 'pino';
import type { RuntimeConfig } from './runtime-config.ts';

/** Opens the transport that the configuration names. */
export function openTransport(serviceName: string, config: RuntimeConfig, log: Logger): Promise<Transport> {
  switch (config.MAMMOLINE_TRANSPORT) {
    case 'postgres':
      return openPostgresTransport({ url: config.MAMMOLINE_POSTGRES_URL, log });
    case 'kafka':
      return openKafkaTransport({
        brokers: config.MAMMOLINE_KAFKA_BROKERS ?? [],
        clientId: `mammoline-${serviceName}`,
        tls: config.MAMMOLINE_KAFKA_TLS,
        ...saslOf(config),
        log,
      });
  }
}

function saslOf(config: RuntimeConfig): Pick<KafkaTransportOptions, 'sasl'> {
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
