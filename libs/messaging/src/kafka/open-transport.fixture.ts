import { pino } from 'pino';
import type { Transport } from '../transport.ts';
import { openKafkaTransport } from './open-kafka-transport.ts';

/** How a process of its own opens the transport in the contract suite. The session is short, so that a killed member is noticed soon. */
export const openTransport = (target: string): Promise<Transport> =>
  openKafkaTransport({
    brokers: [target],
    clientId: 'spec',
    log: pino({ level: process.env['SPEC_LOG'] ?? 'silent' }),
    sessionTimeoutMs: 10_000,
  });
