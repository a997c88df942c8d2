import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describeError, sleep } from '@mammoline/kernel';
import { z } from 'zod';

export interface Alert {
  readonly name: string;
  readonly state: 'pending' | 'firing';
  readonly summary: string;
}

export interface Prometheus {
  readonly url: string;
  /** Whom it scrapes from now on, by the name of the process. */
  readonly scrape: (targets: Readonly<Record<string, string>>) => void;
  readonly alerts: () => Promise<readonly Alert[]>;
  /** The value of each series, by what its labels say. */
  readonly query: (expression: string) => Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>;
  readonly stop: () => Promise<void>;
}

const alertsAnswer = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        labels: z.object({ alertname: z.string() }),
        state: z.enum(['pending', 'firing']),
        annotations: z.object({ summary: z.string() }),
      }),
    ),
  }),
});
const queryAnswer = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** Starts Prometheus in a directory of its own, with the rules; it scrapes and evaluates every 5 s (a process whose parts hang answers after 2). @throws Error where it is not installed or does not start */
export async function startPrometheus(directory: string, rules: string): Promise<Prometheus> {
  mkdirSync(directory, { recursive: true });
  const at = (name: string): string => join(directory, name);
  const scrape: Prometheus['scrape'] = (targets) => {
    const list = Object.entries(targets).map(([process, address]) => ({ targets: [address], labels: { process } }));
    writeFileSync(at('targets.json'), JSON.stringify(list));
  };
  scrape({});
  writeFileSync(at('alerts.yaml'), rules);
  writeFileSync(
    at('prometheus.yaml'),
    JSON.stringify({
      global: { scrape_interval: '5s', scrape_timeout: '5s', evaluation_interval: '5s' },
      rule_files: ['alerts.yaml'],
      scrape_configs: [{ job_name: 'mammoline', file_sd_configs: [{ files: ['targets.json'], refresh_interval: '2s' }] }],
    }),
  );
  const address = `127.0.0.1:${String(await freePort())}`;
  const log = openSync(at('prometheus.log'), 'a');
  const child = spawn(
    'prometheus',
    [`--config.file=${at('prometheus.yaml')}`, `--storage.tsdb.path=${at('data')}`, `--web.listen-address=${address}`],
    {
      stdio: ['ignore', log, log],
    },
  );
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => {
      reject(new Error(`Prometheus could not be started: ${error.message} (Debian: apt-get install prometheus)`, { cause: error }));
    });
    child.once('exit', (code) => {
      reject(new Error(`Prometheus ended with ${String(code)}; its log is ${at('prometheus.log')}`));
    });
  });
  failed.catch(() => undefined);
  const url = `http://${address}`;
  const get = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
  await Promise.race([failed, untilReady(`${url}/-/ready`)]);
  return {
    url,
    scrape,
    alerts: async () =>
      alertsAnswer
        .parse(await get('/api/v1/alerts'))
        .data.alerts.map(({ labels, state, annotations }) => ({ name: labels.alertname, state, summary: annotations.summary })),
    query: async (expression) =>
      queryAnswer
        .parse(await get(`/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`))
        .data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) })),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function untilReady(url: string): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      if (Date.now() > deadlineMs) throw new Error(`Prometheus does not answer: ${describeError(error)}`, { cause: error });
    }
    await sleep(200);
  }
}
