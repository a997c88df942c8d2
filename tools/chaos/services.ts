import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const main = join(import.meta.dirname, '../../apps/cli/src/main.ts');

/** What the supervisor writes of the services, as far as it matters here. */
const stateFile = z.object({
  services: z.array(
    z.object({
      name: z.string(),
      replica: z.number(),
      phase: z.string(),
      restarts: z.number(),
      process: z.object({ pid: z.number() }).optional(),
    }),
  ),
});

export interface ServiceProcess {
  /** `preprocessor 2` */
  readonly title: string;
  readonly name: string;
  readonly pid: number;
}

/** The program `mammoline` on a work directory: N replicas of every stage, started and kept alive by `mammoline up --cluster`. */
export interface Services {
  readonly replicas: number;
  readonly start: () => Promise<void>;
  /** Those that run and are ready. */
  readonly ready: () => readonly ServiceProcess[];
  readonly allReady: () => boolean;
  /** Runs a command of `mammoline` on them; false, with what it said, where it fails. */
  readonly command: (...args: readonly string[]) => Promise<{ readonly ok: boolean; readonly said: string }>;
  /** No harm where none run. */
  readonly stop: () => Promise<void>;
}

/** @param environment where Kafka, Postgres and the store are */
export function mammolineIn(work: string, replicas: number, environment: Readonly<Record<string, string>>): Services {
  const command: Services['command'] = (...args) => run([...args, '--work', work], environment);
  const read = (): z.infer<typeof stateFile>['services'] => {
    try {
      return stateFile.parse(JSON.parse(readFileSync(join(work, 'state.json'), 'utf8'))).services;
    } catch {
      return [];
    }
  };
  return {
    replicas,
    start: async () => {
      const up = await command('up', '--cluster', '--replicas', String(replicas));
      if (!up.ok) throw new Error(`the services did not start:\n${up.said}`);
    },
    ready: () =>
      read().flatMap(({ name, replica, phase, process: running }) =>
        phase === 'ready' && running !== undefined ? [{ title: `${name} ${String(replica)}`, name, pid: running.pid }] : [],
      ),
    allReady: () => {
      const services = read();
      return services.length > 0 && services.every(({ phase }) => phase === 'ready');
    },
    command,
    stop: async () => {
      const down = await command('down');
      if (!down.ok) throw new Error(`the services did not stop:\n${down.said}`);
    },
  };
}

function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly ok: boolean; readonly said: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ ok: code === 0, said: texts.join('').trim() });
    });
  });
}
