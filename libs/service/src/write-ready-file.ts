import { rename, rm, writeFile } from 'node:fs/promises';

export interface Ready {
  readonly pid: number;
  readonly grpcAddress: string;
  readonly httpAddress: string | undefined;
  /** Whether the gRPC port speaks TLS. */
  readonly tls: boolean;
}

/** Tells a supervisor, by a whole file or none, that the service is ready and where. Returns how to take the word back. */
export async function writeReadyFile(path: string, ready: Ready): Promise<() => Promise<void>> {
  const temporary = `${path}.${String(ready.pid)}.tmp`;
  await writeFile(temporary, `${JSON.stringify(ready)}\n`);
  await rename(temporary, path);
  return () => rm(path, { force: true });
}
