import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { processIdentity } from './process-identity.ts';

const serviceState = z.object({
  name: z.string(),
  phase: z.enum(['waiting', 'starting', 'ready', 'stopped']),
  process: processIdentity.optional(),
  restarts: z.number().int(),
  /** How it last ended, where it did: `signal SIGKILL`, `exit code 1`. */
  lastExit: z.string().optional(),
});

const laptopState = z.object({
  phase: z.enum(['starting', 'ready', 'stopping', 'failed']),
  supervisor: processIdentity,
  postgresUrl: z.string().optional(),
  services: z.array(serviceState),
  /** Why it failed. */
  error: z.string().optional(),
});

export type ServiceState = Readonly<z.infer<typeof serviceState>>;
export type LaptopState = Readonly<z.infer<typeof laptopState>>;

/** What the supervisor last wrote; undefined where there was none, or the file is from another version. It says nothing about who is alive. */
export function readState(path: string): LaptopState | undefined {
  try {
    return laptopState.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
