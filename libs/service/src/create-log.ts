import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { RuntimeConfig } from './runtime-config.ts';

/**
 * JSON lines for a cluster, coloured text for a terminal; both on standard output. JSON lines are written beside the work, those of a moment together: a
 * write for each of thousands a second took a tenth of the process. An exit writes what is left; a SIGKILL loses the last few.
 */
export function createLog(name: string, config: Pick<RuntimeConfig, 'MAMMOLINE_LOG' | 'MAMMOLINE_LOG_LEVEL'>): Logger {
  const options = { name, level: config.MAMMOLINE_LOG_LEVEL };
  return config.MAMMOLINE_LOG === 'pretty'
    ? pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l', sync: true }))
    : pino(options, pino.destination({ sync: false }));
}
