import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { WorkDirectory } from './work-directory.ts';

/** What a service writes once it takes work; the file is removed before each start. */
const readyFile = z.object({ pid: z.number().int(), grpcAddress: z.string(), httpAddress: z.string().optional() });
export type ReadyFile = Readonly<z.infer<typeof readyFile>>;

export function readyFilePath(work: WorkDirectory, service: string): string {
  return join(work.services, `${service}.json`);
}

/** Undefined while the service is not ready. */
export function readReadyFile(work: WorkDirectory, service: string): ReadyFile | undefined {
  try {
    return readyFile.parse(JSON.parse(readFileSync(readyFilePath(work, service), 'utf8')));
  } catch {
    return undefined;
  }
}
