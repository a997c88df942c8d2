import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { WorkDirectory } from './work-directory.ts';

/** What a service writes once it takes work; the file is removed before each start. */
const readyFile = z.object({
  pid: z.number().int(),
  grpcAddress: z.string(),
  httpAddress: z.string().optional(),
  /** Whether the gRPC port speaks TLS. */
  tls: z.boolean().default(false),
});
export type ReadyFile = Readonly<z.infer<typeof readyFile>>;

/** @param name the service's, or that of a further process of it (`restructurer-2`) */
export function readyFilePath(work: WorkDirectory, name: string): string {
  return join(work.services, `${name}.json`);
}

/** Undefined while the service is not ready. */
export function readReadyFile(work: WorkDirectory, name: string): ReadyFile | undefined {
  try {
    return readyFile.parse(JSON.parse(readFileSync(readyFilePath(work, name), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Where the processes of a service listen that are ready, the first first. */
export function readyReplicas(work: WorkDirectory, service: string): readonly ReadyFile[] {
  const isOfService = new RegExp(`^${service}(-\\d+)?$`);
  const names = readdirSync(work.services).map((file) => basename(file, '.json'));
  return names
    .filter((name) => isOfService.test(name))
    .sort()
    .flatMap((name) => readReadyFile(work, name) ?? []);
}
