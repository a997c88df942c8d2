import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { RuntimeConfig } from './runtime-config.ts';
import { createSecretMask } from './security/mask-secrets.ts';

/**
 * JSON lines for a cluster, coloured text for a terminal; both on standard output. JSON lines are written beside the work, those of a moment together: a
 * write for each of thousands a second took a tenth of the process. An exit writes what is left; a SIGKILL loses the last few.
 * @param environment what no line shows the secrets of: foreign errors repeat URLs, passwords included
 */
export function createLog(
  name: string,
  config: Pick<RuntimeConfig, 'MAMMOLINE_LOG' | 'MAMMOLINE_LOG_LEVEL'>,
  environment: Readonly<Record<string, string | undefined>>,
): Logger {
  const options = {
    name,
    level: config.MAMMOLINE_LOG_LEVEL,
    redact: { paths: ['authorization', '*.authorization', 'token', '*.token', 'password', '*.password'], censor: '***' },
    hooks: { streamWrite: createSecretMask(environment) },
  };
  return config.MAMMOLINE_LOG === 'pretty'
    ? pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l', sync: true }))
    : pino(options, pino.destination({ sync: false }));
}
