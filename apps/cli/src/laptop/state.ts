import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { processIdentity } from './process-identity.ts';
import { laptopSettings, lineSettings } from './settings.ts';

const serviceState = z.object({
  name: z.string(),
  /** Which of the service's processes: 1 and up. */
  replica: z.number().int().default(1),
  phase: z.enum(['waiting', 'starting', 'ready', 'stopped']),
  process: processIdentity.optional(),
  restarts: z.number().int(),
  /** How it last ended, where it did: `signal SIGKILL`, `exit code 1`. */
  lastExit: z.string().optional(),
});

/** `postgres`, `kafka-1`, `object-store`: those that were started here. */
const partState = z.object({
  name: z.string(),
  /** Without secrets. */
  address: z.string(),
  /** Undefined while it is down. */
  process: processIdentity.optional(),
  restarts: z.number().int(),
});

const laptopState = z.object({
  phase: z.enum(['starting', 'ready', 'stopping', 'failed']),
  settings: lineSettings.default(laptopSettings),
  supervisor: processIdentity,
  /** What the services and the commands find Postgres, Kafka and the store with, passwords included. Undefined until all of them run. */
  environment: z.record(z.string(), z.string()).optional(),
  parts: z.array(partState).default([]),
  services: z.array(serviceState),
  /** Why it failed. */
  error: z.string().optional(),
});

export type ServiceState = Readonly<z.infer<typeof serviceState>>;
export type PartState = Readonly<z.infer<typeof partState>>;
export type LaptopState = Readonly<z.infer<typeof laptopState>>;

/** What the supervisor last wrote; undefined where there was none, or the file is from another version. It says nothing about who is alive. */
export function readState(path: string): LaptopState | undefined {
  try {
    return laptopState.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
