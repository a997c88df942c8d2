import { pino } from 'pino';
import type { Transport } from '../transport.ts';
import { openPostgresTransport } from './open-postgres-transport.ts';

/** How a process of its own opens the transport in the contract suite. */
export const openTransport = (target: string): Promise<Transport> => openPostgresTransport({ url: target, log: pino({ level: 'silent' }) });
