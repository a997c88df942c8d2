import { openKafkaTransport, openPostgresTransport, type Transport } from '@mammoline/messaging';
import { pino } from 'pino';
import type { Ground } from './open-ground.ts';

export const transportNames = ['kafka', 'postgres'] as const;
export type TransportName = (typeof transportNames)[number];

/** The transport as the services open it, for what surrounds the measured one. */
export function openBenchTransport(ground: Ground, name: TransportName): Promise<Transport> {
  // kafkajs warns of each topic that has no leader yet; what matters is thrown.
  const log = pino({ level: 'silent' });
  if (name === 'postgres') return openPostgresTransport({ url: ground.postgres.url, log });
  if (ground.kafka === undefined) throw new Error(`there is no Kafka: ${ground.noKafka ?? ''}`);
  return openKafkaTransport({ brokers: [ground.kafka.brokers], clientId: 'bench', log });
}
