import { join, resolve } from 'node:path';

/** Where everything of one laptop installation is: `--work DIR`. Deleting the directory forgets everything. */
export interface WorkDirectory {
  readonly root: string;
  /** Postgres' data directory. */
  readonly postgres: string;
  /** Kafka's brokers; of a cluster. */
  readonly kafka: string;
  readonly blobs: string;
  /** What holds the blobs of a cluster. */
  readonly objectStore: string;
  readonly logs: string;
  /** One ready file a process of a service: who it is and where it listens. */
  readonly services: string;
  /** What the supervisor last said of itself and of what it runs. */
  readonly state: string;
  /** Held by the supervisor as long as it lives. */
  readonly lock: string;
  /** What a trainer writes beside the catalogue: TensorBoard scalars. */
  readonly training: string;
  readonly demoTree: string;
}

export function workDirectory(path: string): WorkDirectory {
  const root = resolve(path);
  return {
    root,
    postgres: join(root, 'postgres'),
    kafka: join(root, 'kafka'),
    blobs: join(root, 'blobs'),
    objectStore: join(root, 'object-store'),
    logs: join(root, 'logs'),
    services: join(root, 'services'),
    state: join(root, 'state.json'),
    lock: join(root, 'supervisor.lock'),
    training: join(root, 'training'),
    demoTree: join(root, 'demo-tree'),
  };
}
